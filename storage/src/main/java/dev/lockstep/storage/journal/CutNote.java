package dev.lockstep.storage.journal;

import java.nio.ByteOrder;
import org.agrona.BitUtil;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Where the log ends in a segment that was cut, noted in the segment itself as soon as its successor has a name. The
 * successor's header says the same; but if only that one knew, damage to it would bring back what was cut. Stands there
 * twice, once inverted; where the two disagree there is no note.
 */
final class CutNote {
    /** No cut is noted. */
    static final long NONE = Long.MAX_VALUE;

    static final int LENGTH = 2 * Long.BYTES;

    private static final int OFFSET_IN_HEADER = 224;

    private CutNote() {}

    static int position(int headerRecordOffset) {
        return BitUtil.align(headerRecordOffset + OFFSET_IN_HEADER, LENGTH);
    }

    static void encode(MutableDirectBuffer buffer, long lastIndex) {
        buffer.putLong(0, lastIndex, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(Long.BYTES, ~lastIndex, ByteOrder.LITTLE_ENDIAN);
    }

    static long decode(DirectBuffer buffer, int position) {
        long lastIndex = buffer.getLong(position, ByteOrder.LITTLE_ENDIAN);
        long inverted = ~buffer.getLong(position + Long.BYTES, ByteOrder.LITTLE_ENDIAN);
        return lastIndex == inverted ? lastIndex : NONE;
    }
}
