package dev.lockstep.storage.journal;

import java.nio.ByteOrder;
import org.agrona.BitUtil;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * An index in a segment's header record that changes after the header was sealed, so that no checksum covers it: it
 * stands there twice, the second time inverted. What it means when the two disagree is for the reader to say.
 *
 * @param first the index as it was written
 * @param second the index as its inverse says
 */
record TwinIndex(long first, long second) {
    static final int LENGTH = 2 * Long.BYTES;

    /** @return where it stands in the file, aligned so that no page boundary tears it */
    static int position(int headerRecordOffset, int offsetInHeader) {
        return BitUtil.align(headerRecordOffset + offsetInHeader, LENGTH);
    }

    static void encode(MutableDirectBuffer buffer, int offset, long index) {
        buffer.putLong(offset, index, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(offset + Long.BYTES, ~index, ByteOrder.LITTLE_ENDIAN);
    }

    static TwinIndex decode(DirectBuffer buffer, int offset) {
        return new TwinIndex(
                buffer.getLong(offset, ByteOrder.LITTLE_ENDIAN),
                ~buffer.getLong(offset + Long.BYTES, ByteOrder.LITTLE_ENDIAN));
    }

    boolean agrees() {
        return first == second;
    }
}
