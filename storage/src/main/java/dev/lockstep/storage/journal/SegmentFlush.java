package dev.lockstep.storage.journal;

import java.io.IOException;

/** How far one segment is on the device. Owned by the flusher. */
final class SegmentFlush {
    private final OpenSegment open;
    private long forcedIndex = Long.MIN_VALUE;
    /** Behind the last frame forced. What stands before the header was forced when the segment was prepared. */
    private int forcedEnd;

    /** The last frame that was there at the last visit, and where it ends. */
    private long seenIndex = Long.MIN_VALUE;

    private int seenEnd;
    /** Whether the flush mark in the header has moved since the header was forced. */
    private boolean markBehind;

    SegmentFlush(OpenSegment open) {
        this.open = open;
        this.forcedEnd = open.segment.layout().headerOffset();
    }

    OpenSegment open() {
        return open;
    }

    Segment segment() {
        return open.segment;
    }

    /** @return the last index forced */
    long index() {
        return forcedIndex;
    }

    /**
     * Forces the frames that are due. Without a need to force everything, those are due that were there at the last
     * visit: the writer has most likely left their pages, and does not wait for the force.
     *
     * @param target the last index that may be forced
     * @param end where frames end, at least up to the target
     * @param everything also what was not there at the last visit
     * @return whether anything was forced
     */
    boolean force(long target, int end, boolean everything) throws IOException {
        if (target <= forcedIndex) {
            return false;
        }
        boolean forced = true;
        if (!everything && seenIndex > forcedIndex && SegmentLayout.pageEnd(seenEnd) <= end) {
            forceUpTo(seenIndex, seenEnd);
        } else if (everything || seenIndex > forcedIndex) {
            forceUpTo(target, end);
            open.appender.touch(end, end + 1); // the writer's next store goes there
        } else {
            forced = false;
        }
        seenIndex = target;
        seenEnd = end;
        return forced;
    }

    private void forceUpTo(long index, int end) throws IOException {
        if (end > forcedEnd) {
            open.file.force(forcedEnd, end);
        }
        forcedIndex = index;
        forcedEnd = end;
    }

    /** Notes in the header how far frames are forced. */
    void noteMark() throws IOException {
        open.file.writeFlushMark(forcedIndex, open.segment.layout().headerOffset());
        markBehind = true;
    }

    /** @return whether the header had to be forced */
    boolean forceMark() throws IOException {
        boolean forced = markBehind;
        if (forced) {
            open.file.forceHeader(open.segment.layout().headerOffset());
            markBehind = false;
        }
        return forced;
    }
}
