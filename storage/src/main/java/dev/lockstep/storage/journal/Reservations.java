package dev.lockstep.storage.journal;

import dev.lockstep.storage.Invariant;

/**
 * Room set aside for frames that are sent but not appended yet. Plans where each will go, by the same rule by which
 * appending then places it; appending never needs more than was planned. Owned by the writer.
 */
final class Reservations {
    private long outstandingBytes;
    /** Ready segments that the plan has already moved into. */
    private int segmentsAhead;
    /** Where the next planned record would go, in the segment that the plan has reached. */
    private int plannedPosition;

    /** Nothing is planned; the next record goes to a position in the segment in use. */
    void reset(int position) {
        outstandingBytes = 0;
        segmentsAhead = 0;
        plannedPosition = position;
    }

    /**
     * @param space what the record takes
     * @param limit where records must end, in the segment in use
     * @param ready the segments that are ready
     * @param next the first of them, null if none
     * @return whether there is room; it is planned then
     */
    boolean plan(int space, int limit, int ready, PreparedSegment next) {
        int planLimit = segmentsAhead == 0 ? limit : SegmentLayout.limit(next.preallocatedBytes());
        if (plannedPosition + space <= planLimit) {
            plannedPosition += space;
        } else if (segmentsAhead < ready) {
            segmentsAhead++;
            plannedPosition = next.layout().firstFramePosition() + space;
        } else {
            return false;
        }
        outstandingBytes += space;
        return true;
    }

    /** A planned record was appended. */
    void onAppended(int space, int position) {
        outstandingBytes -= space;
        if (outstandingBytes == 0) {
            reset(position);
        }
    }

    /** The writer has moved into the next segment. */
    void onRolled() {
        if (segmentsAhead > 0) {
            segmentsAhead--;
        }
    }

    void check(int space) {
        Invariant.check(outstandingBytes >= space, "a frame is appended for which no room was reserved");
    }
}
