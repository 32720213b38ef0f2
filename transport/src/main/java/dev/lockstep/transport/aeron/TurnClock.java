package dev.lockstep.transport.aeron;

import org.agrona.concurrent.NanoClock;

/**
 * Stands still during one turn of a driver that is invoked: each of its parts reads the clock at each turn, which
 * together costs a tenth of a microsecond. Belongs to the transport's thread.
 */
final class TurnClock implements NanoClock {
    private final NanoClock clock;
    private long turnNs;
    private boolean isTurning;

    TurnClock(NanoClock clock) {
        this.clock = clock;
    }

    void begin(long nowNs) {
        turnNs = nowNs;
        isTurning = true;
    }

    void end() {
        isTurning = false;
    }

    @Override
    public long nanoTime() {
        return isTurning ? turnNs : clock.nanoTime();
    }
}
