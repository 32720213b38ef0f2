package dev.lockstep.benchmarks.replica;

import dev.lockstep.engine.replica.Replica;
import dev.lockstep.transport.SendResult;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The way from one node to another: messages are copied in by whoever sends, and handed to the receiver later, in order
 * and all at once. Owned by one thread.
 */
final class Mailbox {
    private static final int BYTES = 64 << 10;
    private static final int MESSAGES = 64;

    private final UnsafeBuffer buffer =
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(BYTES, BitUtil.CACHE_LINE_LENGTH));
    private final int[] offsets = new int[MESSAGES];
    private final int[] lengths = new int[MESSAGES];
    private int count;
    private int end;

    /** @return a position, or that it is full */
    long offer(DirectBuffer message, int offset, int length) {
        if (count == MESSAGES || length > BYTES - end) {
            return SendResult.BACK_PRESSURED;
        }
        buffer.putBytes(end, message, offset, length);
        offsets[count] = end;
        lengths[count] = length;
        count++;
        end += BitUtil.align(length, Long.BYTES);
        return end;
    }

    /**
     * Hands over all that is there.
     *
     * @param from whose messages they are
     */
    void deliver(int from, Replica to) {
        for (int i = 0; i < count; i++) {
            to.onMessage(from, buffer, offsets[i], lengths[i]);
        }
        count = 0;
        end = 0;
    }
}
