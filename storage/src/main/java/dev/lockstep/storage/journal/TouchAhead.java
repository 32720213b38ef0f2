package dev.lockstep.storage.journal;

/**
 * Keeps a stretch of pages ahead of the writer writable: the first store into a clean page waits for the file system,
 * and here that wait is the background's. Owned by the flusher.
 */
final class TouchAhead {
    /** More than a fast writer fills while a force is under way, or nobody looks. */
    static final int WINDOW_BYTES = 2 << 20;

    private OpenSegment segment;
    private int touchedUntil;

    /** @return the pages touched */
    @SuppressWarnings("ReferenceEquality") // a segment is one object
    int touch(OpenSegment inUse) {
        if (inUse == null || inUse.segment.isSealed()) {
            return 0;
        }
        if (segment != inUse) {
            segment = inUse;
            touchedUntil = 0;
        }
        int end = inUse.segment.endPosition();
        int until = Math.min(
                end + WINDOW_BYTES, SegmentLayout.limit(inUse.segment.header().preallocatedBytes()));
        int from = Math.max(touchedUntil, end);
        if (until - from < SegmentLayout.PAGE_BYTES) {
            return 0;
        }
        inUse.appender.touch(from, until);
        touchedUntil = until;
        return (until - from) / SegmentLayout.PAGE_BYTES;
    }
}
