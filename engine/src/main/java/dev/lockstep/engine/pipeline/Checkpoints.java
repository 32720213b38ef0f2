package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.StateMachine;
import dev.lockstep.engine.replica.Checkpoint;
import dev.lockstep.engine.replica.CheckpointVotes;
import java.util.Arrays;

/**
 * What the state machine has said of its state, now and then, and what is to be thought of it when the log says what most
 * nodes have said. When it is asked depends on the log alone, so all are asked at the same indexes: at the end of a frame
 * that is of another interval of the cluster's time than the one before it. Owned by the applier's thread.
 */
final class Checkpoints {
    /** So a drift is found within seconds, and a hash that takes a millisecond costs a thousandth. */
    static final long USUAL_INTERVAL_NS = 1_000_000_000L;

    private static final int KEPT = 64;

    /** What is wrong with this node's state, or may be. */
    record Verdict(CheckpointVotes votes, boolean isDrifted, long lastSoundIndex) {}

    private final long intervalNs;
    private final long[] indexes = new long[KEPT];
    private final long[] hashes = new long[KEPT];
    private int taken;
    private long lastSoundIndex;
    /** Any thread. */
    private volatile Checkpoint newest = Checkpoint.NONE;

    Checkpoints(long intervalNs) {
        this.intervalNs = intervalNs;
    }

    /** Any thread. @return the newest one; {@link Checkpoint#NONE} if there is none */
    Checkpoint newest() {
        return newest;
    }

    /** The state is another one. */
    void clear() {
        taken = 0;
        Arrays.fill(indexes, 0);
        lastSoundIndex = 0;
        newest = Checkpoint.NONE;
    }

    /**
     * A frame has ended.
     *
     * @param timeNs its time
     * @param timeBeforeNs that of the frame before it
     */
    void onEnd(StateMachine machine, long index, long timeNs, long timeBeforeNs) {
        if (timeNs / intervalNs == timeBeforeNs / intervalNs) {
            return;
        }
        long hash = machine.hash();
        if (hash != StateMachine.NO_HASH) {
            int at = taken++ % KEPT;
            indexes[at] = index;
            hashes[at] = hash;
            newest = new Checkpoint(index, hash);
        }
    }

    /** @return what is wrong; null if nothing is, or nobody can know */
    Verdict judge(CheckpointVotes votes) {
        if (!votes.isDecided()) {
            return votes.isDisputed() ? new Verdict(votes, false, lastSoundIndex) : null;
        }
        for (int i = 0; i < KEPT; i++) {
            if (indexes[i] == votes.index() && votes.index() > 0) {
                if (hashes[i] != votes.decided()) {
                    return new Verdict(votes, true, lastSoundIndex);
                }
                lastSoundIndex = votes.index();
            }
        }
        return null;
    }
}
