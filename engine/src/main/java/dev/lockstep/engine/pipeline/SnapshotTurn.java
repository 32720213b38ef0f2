package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.EngineException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.NanoClock;

/**
 * Who may use what is open of the snapshots: a file that is written, received or served belongs to whoever has the turn,
 * and what he did is seen by the next one. The background thread takes it for each piece of work, and never waits for it;
 * the replica's thread takes it to set aside what is of a branch that was left, and waits for one piece of work at most.
 * So it does not matter to it whether the background thread lives. May be used from any thread.
 */
final class SnapshotTurn {
    /** Less than a member may be silent, or media drivers give up on their client. */
    static final long DEFAULT_PATIENCE_NS = 5_000_000_000L;

    private static final long PAUSE_NS = 20_000;

    private final NanoClock clock;
    private final long patienceNs;
    private final AtomicBoolean isTaken = new AtomicBoolean();
    private volatile boolean isWanted;
    private volatile long branch;

    /**
     * @param clock measures patience
     * @param patienceNs how long the replica's thread waits for its turn
     */
    SnapshotTurn(NanoClock clock, long patienceNs) {
        this.clock = clock;
        this.patienceNs = patienceNs;
    }

    /** @return false if another one has it, or waits for it; otherwise {@link #release} must follow */
    boolean tryTake() {
        return !isWanted && isTaken.compareAndSet(false, true);
    }

    /**
     * Waits for it, and asks whoever has it to be brief; {@link #release} must follow.
     *
     * @throws EngineException if it does not come in time
     */
    void take() {
        isWanted = true;
        try {
            long beganNs = clock.nanoTime();
            while (!isTaken.compareAndSet(false, true)) {
                if (clock.nanoTime() - beganNs > patienceNs) {
                    throw new EngineException("the background thread has used the snapshots for more than "
                            + patienceNs / 1_000_000 + " ms without a pause, and they cannot be set aside meanwhile;"
                            + " look at the health of the device, and at what save does, and restart the node");
                }
                LockSupport.parkNanos(PAUSE_NS);
            }
        } finally {
            isWanted = false;
        }
    }

    void release() {
        isTaken.set(false);
    }

    /** @return whether whoever has it should give up what takes long */
    boolean isWanted() {
        return isWanted;
    }

    /** @return which branch of history snapshots may be of: another number for each that was left */
    long branch() {
        return branch;
    }

    /** Only by the replica's thread, which has the turn: what was begun on the branch that is left comes to nothing. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread alone writes it
    void leaveBranch() {
        branch++;
    }
}
