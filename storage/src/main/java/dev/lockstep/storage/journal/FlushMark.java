package dev.lockstep.storage.journal;

import org.agrona.DirectBuffer;

/**
 * How far a segment was forced, noted in its header record after the force has returned. Where its two copies disagree
 * the larger one counts, for a mark that is too high makes the start stricter and one that is too low would make it
 * forgiving.
 */
final class FlushMark {
    private static final int OFFSET_IN_HEADER = 192;

    private FlushMark() {}

    /** @return where the mark stands in the file */
    static int position(int headerRecordOffset) {
        return TwinIndex.position(headerRecordOffset, OFFSET_IN_HEADER);
    }

    /** @return the mark of the segment whose header is there */
    static long read(DirectBuffer buffer, int headerRecordOffset) {
        TwinIndex mark = TwinIndex.decode(buffer, position(headerRecordOffset));
        return Math.max(mark.first(), mark.second());
    }
}
