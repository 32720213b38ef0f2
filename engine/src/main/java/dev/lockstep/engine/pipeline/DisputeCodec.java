package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.SnapshotInput;
import dev.lockstep.engine.SnapshotOutput;
import dev.lockstep.engine.replica.CheckpointVotes;
import dev.lockstep.transport.Transport;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Saves and loads what nodes could not agree on, and have not since: a node that starts from a snapshot of a state that is
 * disputed knows that it is. Owned by the applier's thread.
 */
final class DisputeCodec {
    private static final int FORMAT = 1;
    private static final int LONGEST = CheckpointVotes.lengthOf(Transport.MAX_NODE + 1);

    private DisputeCodec() {}

    /** @param dispute null if there is none */
    static void save(CheckpointVotes dispute, SnapshotOutput out) {
        out.putInt(FORMAT);
        UnsafeBuffer bytes = new UnsafeBuffer(new byte[LONGEST]);
        int length = dispute == null ? 0 : dispute.encode(bytes, 0);
        out.putInt(length);
        out.putBytes(bytes, 0, length);
    }

    /**
     * @return null if there was none
     * @throws EngineException.BadSnapshot if that was not saved by one like this
     */
    static CheckpointVotes load(SnapshotInput in) {
        int format = in.getInt();
        check(format == FORMAT, "the format of what is disputed, which here is " + FORMAT + ",", format);
        int length = in.getInt();
        check(length >= 0 && length <= LONGEST, "a length up to " + LONGEST, length);
        if (length == 0) {
            return null;
        }
        UnsafeBuffer bytes = new UnsafeBuffer(new byte[length]);
        in.getBytes(bytes, 0, length);
        try {
            return CheckpointVotes.decode(bytes, 0, length);
        } catch (IllegalArgumentException e) {
            throw new EngineException.BadSnapshot("what is disputed cannot be: " + e.getMessage());
        }
    }

    private static void check(boolean holds, String what, long found) {
        if (!holds) {
            throw new EngineException.BadSnapshot(
                    "what is disputed cannot be: " + found + " stands where " + what + " should");
        }
    }
}
