package dev.lockstep.storage.journal;

import dev.lockstep.storage.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.agrona.CloseHelper;

/** Opens the newest segment of the process before, so that frames go on in it. Belongs to the starting thread. */
final class SegmentResumption {
    private final JournalDirectory directory;
    private final int segmentBytes;
    private final List<String> remarks;

    /**
     * @param segmentBytes how long a segment is now
     * @param remarks is told what a person should know
     */
    SegmentResumption(JournalDirectory directory, int segmentBytes, List<String> remarks) {
        this.directory = directory;
        this.segmentBytes = segmentBytes;
        this.remarks = remarks;
    }

    /**
     * @param found what the scan has found in it
     * @param segment the same, as part of the log
     * @return null if Chronicle cannot be trusted with it, cannot open it, or has no room for its table: the log goes on
     *     in a new segment
     */
    OpenSegment resume(SegmentImage found, Segment segment) throws IOException {
        if (!found.isResumable(segmentBytes)) {
            return null;
        }
        Path work;
        try {
            work = directory.makeWork(found.number());
            directory.disk().link(found.path, directory.workFile(found.number()));
        } catch (IOException e) {
            directory.clearWork(found.number());
            if (Disk.saysFull(e)) {
                return null;
            }
            throw e;
        }
        SegmentAppender appender;
        try {
            appender = SegmentAppender.open(work, segmentBytes);
        } catch (Exception | AssertionError e) {
            // Its own records carry no checksum, and there is no end to what it may find in damaged ones.
            directory.clearWork(found.number());
            remarks.add("Chronicle cannot go on in segment " + found.number() + " (" + e
                    + "): its own records there are damaged; the log goes on in a new segment");
            return null;
        }
        SegmentFile file = null;
        try {
            appender.mapForTouching(segmentBytes);
            file = SegmentFile.open(directory.disk(), found.path);
            SegmentMap map = SegmentMap.open(found.path, segmentBytes);
            segment.adopt(map);
            return OpenSegment.resumed(segment, file, appender, map);
        } catch (IOException | RuntimeException | Error e) {
            CloseHelper.quietCloseAll(file, appender);
            throw e;
        }
    }
}
