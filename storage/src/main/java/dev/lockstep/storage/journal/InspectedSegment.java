package dev.lockstep.storage.journal;

import dev.lockstep.storage.FrameRef;
import java.nio.file.Path;
import java.util.List;

/**
 * One segment, as the inspector found it.
 *
 * @param number the number that its file's name gives it
 * @param file its file
 * @param state what it is to the log
 * @param inUse whether a process has it open for appending, or had when it was killed
 * @param sizeBytes the file's length
 * @param beginning what its header says; null if there is no sound one
 * @param runs its sound frames: one run, or several with damage between them
 * @param usedBytes the byte behind the last sound frame
 */
public record InspectedSegment(
        long number,
        Path file,
        SegmentState state,
        boolean inUse,
        long sizeBytes,
        Beginning beginning,
        List<FrameRun> runs,
        long usedBytes) {

    /**
     * What a segment's header says.
     *
     * @param origin why it begins where it does: ROLL, CUT or SNAPSHOT
     * @param predecessor the number of the segment that was the newest before it; 0 if none was
     * @param base the frame before its first one
     * @param flushMark the last index noted as forced
     */
    public record Beginning(String origin, long predecessor, FrameRef base, long flushMark) {
        static Beginning of(SegmentHead head) {
            SegmentHeader header = head.header();
            return header == null
                    ? null
                    : new Beginning(header.origin().name(), header.predecessor(), header.base(), head.flushMark());
        }
    }

    /** @return how many sound frames it holds that count */
    public long frames() {
        return runs.stream().mapToLong(FrameRun::frames).sum();
    }

    /** @return the first index that can be read in it; 0 if none can */
    public long firstIndex() {
        return runs.isEmpty() ? 0 : runs.get(0).firstIndex();
    }

    /** @return the last index that can be read in it; 0 if none can */
    public long lastIndex() {
        return runs.isEmpty() ? 0 : runs.get(runs.size() - 1).lastIndex();
    }
}
