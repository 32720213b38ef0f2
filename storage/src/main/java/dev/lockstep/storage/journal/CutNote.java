package dev.lockstep.storage.journal;

import org.agrona.DirectBuffer;

/**
 * Where the log ends in a segment that was cut, noted in the segment itself as soon as its successor has a name. The
 * successor's header says the same; but if only that one knew, damage to it would bring back what was cut. Where its two
 * copies disagree there is no note.
 */
final class CutNote {
    /** No cut is noted. */
    static final long NONE = Long.MAX_VALUE;

    private static final int OFFSET_IN_HEADER = 224;

    private CutNote() {}

    /** @return where the note stands in the file */
    static int position(int headerRecordOffset) {
        return TwinIndex.position(headerRecordOffset, OFFSET_IN_HEADER);
    }

    /** @return the note of the segment whose header is there */
    static long read(DirectBuffer buffer, int headerRecordOffset) {
        TwinIndex note = TwinIndex.decode(buffer, position(headerRecordOffset));
        return note.agrees() ? note.first() : NONE;
    }
}
