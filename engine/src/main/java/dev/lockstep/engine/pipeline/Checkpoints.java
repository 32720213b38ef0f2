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

    /** This node's state is another one than that of most. */
    record Verdict(CheckpointVotes votes, long lastSoundIndex, long ownHash) {}

    private final long intervalNs;
    private final long[] indexes = new long[KEPT];
    private final long[] hashes = new long[KEPT];
    private int taken;
    /** Any thread. */
    private volatile long lastSoundIndex;

    private volatile CheckpointVotes dispute;
    private volatile boolean hasDeclined;
    private volatile Checkpoint newest = Checkpoint.NONE;

    Checkpoints(long intervalNs) {
        this.intervalNs = intervalNs;
    }

    /** Any thread. @return the newest one; {@link Checkpoint#NONE} if there is none */
    Checkpoint newest() {
        return newest;
    }

    /** Any thread. @return false if the state machine said nothing of its state when it was asked last */
    boolean maySumUp() {
        return !hasDeclined;
    }

    /** Any thread. @return the last index at which the state was compared, and was right; zero if it was not yet */
    long lastSoundIndex() {
        return lastSoundIndex;
    }

    /** Any thread. @return what nodes could not agree on last, and have not since; null if they can */
    CheckpointVotes dispute() {
        return dispute;
    }

    /** The state is that of a snapshot, in which that was disputed; null if nothing was. */
    void dispute(CheckpointVotes loaded) {
        dispute = loaded;
    }

    /** The state is another one. */
    void clear() {
        taken = 0;
        dispute = null;
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
        hasDeclined = hash == StateMachine.NO_HASH;
        if (hasDeclined) {
            dispute = null; // it is the code that says that nothing is to be compared
        } else {
            int at = taken++ % KEPT;
            indexes[at] = index;
            hashes[at] = hash;
            newest = new Checkpoint(index, hash);
        }
    }

    /** @return what is wrong here; null if nothing is, or nobody can know */
    Verdict judge(CheckpointVotes votes) {
        if (!votes.isDecided()) {
            dispute = votes.isDisputed() ? votes : dispute;
            return null;
        }
        if (dispute != null && dispute.index() <= votes.index()) {
            dispute = null; // also where nobody has asked this node, so that all who come so far save the same
        }
        for (int i = 0; i < KEPT; i++) {
            if (indexes[i] == votes.index() && votes.index() > 0) {
                if (hashes[i] != votes.decided()) {
                    return new Verdict(votes, lastSoundIndex, hashes[i]);
                }
                lastSoundIndex = Math.max(lastSoundIndex, votes.index());
            }
        }
        return null;
    }
}
