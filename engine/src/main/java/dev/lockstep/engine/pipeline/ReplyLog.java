package dev.lockstep.engine.pipeline;

import dev.lockstep.storage.Invariant;
import org.agrona.BitUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The replies that are kept, in the order in which they were given: the oldest go when there are too many bytes of them.
 * What goes depends on nothing but what was kept, so it is the same on every node, whatever snapshot the node began with.
 * Owned by the applier's thread; all room is taken at the start.
 */
final class ReplyLog {
    /** As many as one array holds, and sums of two lengths can be counted. */
    static final int MAX_BYTES = 1 << 30;
    /** Stands for no reply. */
    static final long NOWHERE = -1;

    private static final int PREVIOUS = 0;
    private static final int SEQUENCE = 8;
    private static final int CODE = 16;
    private static final int LENGTH = 20;
    private static final int HEAD_LENGTH = 24;
    /** Room behind the last reply of a round that was too short for the next one. */
    private static final int PADDING = -1;

    private final UnsafeBuffer buffer;
    private final int capacity;
    private final int maxBytes;
    private final int maxReplyBytes;
    /** Positions only grow; each stands at its remainder. */
    private long first;

    private long end;
    private int bytes;

    /**
     * @param maxBytes of all that are kept, with what stands before each
     * @param maxReplyBytes of the longest that is kept
     */
    ReplyLog(int maxBytes, int maxReplyBytes) {
        long longestBytes = BitUtil.align((long) HEAD_LENGTH + maxReplyBytes, Long.BYTES);
        if (maxReplyBytes < 0 || longestBytes > maxBytes) {
            throw new IllegalArgumentException(
                    "the longest reply takes " + longestBytes + " bytes, and all together may take " + maxBytes);
        }
        if (maxBytes > MAX_BYTES - longestBytes) {
            throw new IllegalArgumentException("all replies together may take " + maxBytes + " bytes, and the longest "
                    + longestBytes + "; one buffer holds " + MAX_BYTES + " for both");
        }
        int longest = (int) longestBytes;
        this.maxBytes = maxBytes;
        this.maxReplyBytes = maxReplyBytes;
        this.capacity = BitUtil.align(maxBytes, Long.BYTES) + longest; // a round may end too early by one reply
        this.buffer = new UnsafeBuffer(new byte[capacity]);
    }

    private static int recordLength(int replyLength) {
        return BitUtil.align(HEAD_LENGTH + replyLength, Long.BYTES);
    }

    /** Forgets all replies. */
    void clear() {
        first = 0;
        end = 0;
        bytes = 0;
    }

    /** @return whether a reply of that length is kept at all */
    boolean isKept(int length) {
        return length <= maxReplyBytes;
    }

    /**
     * @param previous where the reply before this one in its session is, or was; {@link #NOWHERE} if there was none
     * @param sequence the command's
     * @param code what became of the command
     * @return where it is
     */
    long append(long previous, long sequence, int code, DirectBuffer reply, int offset, int length) {
        Invariant.check(isKept(length), "a reply that is too long to be kept", maxReplyBytes, length);
        int recordLength = recordLength(length);
        while (bytes + recordLength > maxBytes) {
            dropFirst();
        }
        padIfShort(recordLength);
        int at = at(end);
        buffer.putLong(at + PREVIOUS, previous);
        buffer.putLong(at + SEQUENCE, sequence);
        buffer.putInt(at + CODE, code);
        buffer.putInt(at + LENGTH, length);
        buffer.putBytes(at + HEAD_LENGTH, reply, offset, length);
        long position = end;
        end += recordLength;
        bytes += recordLength;
        return position;
    }

    private int at(long position) {
        return (int) (position % capacity);
    }

    private void padIfShort(int recordLength) {
        int left = capacity - at(end);
        if (left < recordLength) {
            if (left >= HEAD_LENGTH) {
                buffer.putInt(at(end) + LENGTH, PADDING);
            }
            end += left;
        }
    }

    private void dropFirst() {
        Invariant.check(first < end, "there is no reply left to drop");
        if (!skipPadding()) {
            int recordLength = recordLength(buffer.getInt(at(first) + LENGTH));
            first += recordLength;
            bytes -= recordLength;
        }
    }

    private boolean skipPadding() {
        boolean isPadding = isPadding(first);
        if (isPadding) {
            first += capacity - at(first);
        }
        return isPadding;
    }

    private boolean isPadding(long position) {
        return capacity - at(position) < HEAD_LENGTH || buffer.getInt(at(position) + LENGTH) == PADDING;
    }

    /**
     * @param last where the last reply of a session is, or was
     * @param sequence one of the session's commands
     * @return where the reply to it is; {@link #NOWHERE} if it is not kept any more
     */
    long find(long last, long sequence) {
        long position = last;
        while (position >= first && position != NOWHERE) {
            long here = buffer.getLong(at(position) + SEQUENCE);
            if (here <= sequence) {
                return here == sequence ? position : NOWHERE;
            }
            position = buffer.getLong(at(position) + PREVIOUS);
        }
        return NOWHERE;
    }

    /** @return where the oldest reply that is kept stands; {@link #NOWHERE} if there is none */
    long first() {
        return skip(first);
    }

    /** @return where the reply stands that was given after the one at a position; {@link #NOWHERE} if there is none */
    long after(long position) {
        return skip(position + recordLength(length(position)));
    }

    private long skip(long position) {
        if (position == end) {
            return NOWHERE;
        }
        long at = isPadding(position) ? position + capacity - at(position) : position;
        return at == end ? NOWHERE : at;
    }

    /** @return where the reply before it in its session is, or was; {@link #NOWHERE} if there was none */
    long previous(long position) {
        return buffer.getLong(at(position) + PREVIOUS);
    }

    long sequence(long position) {
        return buffer.getLong(at(position) + SEQUENCE);
    }

    int code(long position) {
        return buffer.getInt(at(position) + CODE);
    }

    int length(long position) {
        return buffer.getInt(at(position) + LENGTH);
    }

    DirectBuffer buffer() {
        return buffer;
    }

    /** @return where the bytes of a reply stand in {@link #buffer} */
    int offset(long position) {
        return at(position) + HEAD_LENGTH;
    }

    /** @return how many bytes are kept, with what stands before each reply */
    int bytes() {
        return bytes;
    }

    /** @return whether a reply of that length is taken without another one going for it */
    boolean hasRoomFor(int length) {
        return isKept(length) && bytes + recordLength(length) <= maxBytes;
    }

    int maxBytes() {
        return maxBytes;
    }

    int maxReplyBytes() {
        return maxReplyBytes;
    }

    /** @return how many replies there can be at most */
    int maxCount() {
        return maxBytes / HEAD_LENGTH;
    }
}
