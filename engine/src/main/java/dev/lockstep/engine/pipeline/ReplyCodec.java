package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.SnapshotInput;
import dev.lockstep.engine.SnapshotOutput;
import java.util.Arrays;
import org.agrona.collections.LongArrayList;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Saves and loads the replies that are kept. One is named by its number in the order in which they were given, from 1: where
 * it stands depends on what the node began with, its number does not, and so the bytes are the same on every node. Used once.
 */
final class ReplyCodec {
    /** Stands for no reply, or for one that is kept no more, which is the same from now on. */
    private static final int NONE = 0;

    private final ReplyLog replies;
    /** Where each stands, in the order of their numbers, which is the order of places too. */
    private long[] positions = {};

    ReplyCodec(ReplyLog replies) {
        this.replies = replies;
    }

    void save(SnapshotOutput out) {
        LongArrayList found = new LongArrayList();
        for (long at = replies.first(); at != ReplyLog.NOWHERE; at = replies.after(at)) {
            found.addLong(at);
        }
        positions = found.toLongArray();
        out.putInt(positions.length);
        for (long at : positions) {
            out.putInt(numberOf(replies.previous(at)));
            out.putLong(replies.sequence(at));
            out.putInt(replies.code(at));
            out.putInt(replies.length(at));
            out.putBytes(replies.buffer(), replies.offset(at), replies.length(at));
        }
    }

    /** @return the number of the reply that stands, or stood, somewhere */
    int numberOf(long position) {
        int found = Arrays.binarySearch(positions, position);
        return found < 0 ? NONE : found + 1;
    }

    /** Into an empty log. */
    void load(SnapshotInput in) {
        int count = in.getInt();
        SessionsCodec.check(count >= 0 && count <= replies.maxCount(), "a count of replies", count);
        positions = new long[count];
        UnsafeBuffer reply = new UnsafeBuffer(new byte[replies.maxReplyBytes()]);
        for (int i = 0; i < count; i++) {
            long previous = positionOf(in.getInt(), i);
            long sequence = in.getLong();
            int code = in.getInt();
            int length = in.getInt();
            SessionsCodec.check(length >= 0 && replies.hasRoomFor(length), "the length of a reply", length);
            in.getBytes(reply, 0, length);
            positions[i] = replies.append(previous, sequence, code, reply, 0, length);
        }
    }

    /** @return where the reply of a number stands, which was loaded */
    long positionOf(int number) {
        return positionOf(number, positions.length);
    }

    /** Only those before it: whoever follows a session's replies comes to an end. */
    private long positionOf(int number, int loaded) {
        SessionsCodec.check(number >= NONE && number <= loaded, "the number of a reply", number);
        return number == NONE ? ReplyLog.NOWHERE : positions[number - 1];
    }
}
