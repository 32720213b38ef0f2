package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.EngineException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.agrona.CloseHelper;
import org.agrona.concurrent.NanoClock;

/**
 * Who may use what is open of the snapshots: a file that is written, received or served belongs to whoever has the turn,
 * and what he did is seen by the next one. The background threads take it for each piece of work, a chunk or so; the
 * replica's thread takes it to set aside what is of a branch that was left, goes first, and waits for one piece of work at
 * most. So it does not matter to it whether the background threads live, nor how long a state machine takes to save. May be
 * used from any thread.
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
    /** What is being written of the branch, between two pieces too; whoever has the turn may close it. */
    private AutoCloseable begun;

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

    /** Waits for it, behind whoever is more in a hurry; {@link #release} must follow. Only by a background thread. */
    void await() {
        while (!tryTake()) {
            LockSupport.parkNanos(PAUSE_NS);
        }
    }

    /**
     * Waits for it, and goes before others that wait; {@link #release} must follow.
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
                            + " look at the health of the device, and restart the node");
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

    /** Whoever has the turn: that is written from now on, and goes with the branch. */
    void onBegun(AutoCloseable file) {
        begun = file;
    }

    /** Whoever has the turn. @return whether one is being written: none can be received meanwhile */
    boolean isWriting() {
        return begun != null;
    }

    /** Whoever has the turn: nothing is written any more, and what came to nothing leaves no trace. */
    void closeBegun() {
        AutoCloseable file = begun;
        begun = null;
        CloseHelper.close(file);
    }

    /** @return which branch of history snapshots may be of: another number for each that was left */
    long branch() {
        return branch;
    }

    /** Only by the replica's thread, which has the turn: what was begun on the branch that is left comes to nothing. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread alone writes it
    void leaveBranch() {
        branch++;
        closeBegun();
    }
}
