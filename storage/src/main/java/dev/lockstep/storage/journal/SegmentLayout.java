package dev.lockstep.storage.journal;

import org.agrona.BitUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Where things stand in a segment's file. Chronicle lays its own records first, then comes our header record, then the
 * frames.
 *
 * @param headerOffset the first byte of our header
 * @param firstFramePosition where the first frame's record starts
 */
record SegmentLayout(int headerOffset, int firstFramePosition) {
    static final int PAGE_BYTES = 4096;

    /** Room at the end that is never used, so that a zero always ends the records. */
    private static final int END_ROOM = 64;

    /**
     * @param buffer the file
     * @param length the bytes that may be looked at
     * @return the layout, or null if no room for our header is found where it should be
     */
    static SegmentLayout find(UnsafeBuffer buffer, int length) {
        int position = 0;
        while (position + Documents.HEADER_LENGTH <= length) {
            int header = Documents.header(buffer, position);
            if (!Documents.isReady(header) || Documents.next(position, header) > length) {
                return null;
            }
            if (!Documents.isMeta(header)) {
                return Documents.length(header) == SegmentHeader.ROOM
                        ? new SegmentLayout(Documents.data(position), Documents.next(position, header))
                        : null;
            }
            position = Documents.next(position, header);
        }
        return null;
    }

    /** @return where the page of a position ends */
    static int pageEnd(int position) {
        return BitUtil.align(position, PAGE_BYTES);
    }

    /** @return where frames must end at the latest */
    static int limit(long preallocatedBytes) {
        return (int) preallocatedBytes - END_ROOM;
    }
}
