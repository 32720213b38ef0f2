package dev.lockstep.storage.journal;

import java.nio.ByteOrder;
import org.agrona.BitUtil;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * How far a segment was forced, noted in its header record after the force has returned. It is written without a
 * checksum, so it stands there twice, once inverted; where the two disagree the larger one counts, for a mark that is
 * too high makes the start stricter and one that is too low would make it forgiving.
 */
final class FlushMark {
    static final int LENGTH = 2 * Long.BYTES;

    private static final int OFFSET_IN_HEADER = 192;

    private FlushMark() {}

    /** @return where the mark stands in the file, aligned so that no page boundary tears it */
    static int position(int headerRecordOffset) {
        return BitUtil.align(headerRecordOffset + OFFSET_IN_HEADER, LENGTH);
    }

    static void encode(MutableDirectBuffer buffer, int offset, long index) {
        buffer.putLong(offset, index, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(offset + Long.BYTES, ~index, ByteOrder.LITTLE_ENDIAN);
    }

    static long decode(DirectBuffer buffer, int position) {
        long index = buffer.getLong(position, ByteOrder.LITTLE_ENDIAN);
        long inverted = ~buffer.getLong(position + Long.BYTES, ByteOrder.LITTLE_ENDIAN);
        return Math.max(index, inverted);
    }
}
