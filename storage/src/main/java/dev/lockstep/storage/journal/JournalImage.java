package dev.lockstep.storage.journal;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.ballot.ScanEnd.Ending;
import java.util.ArrayList;
import java.util.List;

/**
 * What a scan has found in a journal's directory.
 *
 * @param live the segments whose frames make up the log, as far as they are sound; the last one may be damaged
 * @param behind segments that should continue the log behind a damaged place
 * @param replaced segments that a cut or a snapshot has replaced
 * @param tip the last sound frame
 * @param ending how the scan ended there
 * @param logEnd what stands behind the tip: damage, something unfinished or, after a sound log, nothing; null if there are no
 *     segments
 * @param flushMark the last index that was noted as forced, whatever the scan has found
 * @param nextNumber a segment number that was never used
 */
record JournalImage(
        List<SegmentImage> live,
        List<SegmentImage> behind,
        List<SegmentImage> replaced,
        FrameRef tip,
        Ending ending,
        Damage logEnd,
        long flushMark,
        long nextNumber) {

    /** @return the segments of the log, each linked to the next one; new ones at each call */
    List<Segment> toSegments() {
        List<Segment> segments = new ArrayList<>();
        for (SegmentImage each : live) {
            Segment segment = each.toSegment();
            if (!segments.isEmpty()) {
                segments.get(segments.size() - 1).seal(segment.base().index(), segment);
            }
            segments.add(segment);
        }
        return segments;
    }
}
