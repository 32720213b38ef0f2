package dev.lockstep.engine.pipeline;

import org.agrona.concurrent.NanoClock;

/** Each time that it is asked more time has passed: who waits by it comes to an end. */
final class JumpingClock implements NanoClock {
    private long nowNs;
    private Runnable once = () -> {};

    /** Does something in the midst of a wait. */
    void whileAskedOnce(Runnable meanwhile) {
        once = meanwhile;
    }

    @Override
    public long nanoTime() {
        Runnable meanwhile = once;
        once = () -> {};
        meanwhile.run();
        nowNs += 300;
        return nowNs;
    }
}
