package dev.lockstep.storage.journal;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Identity;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A segment that is ready for use: filled with zeros, open in Chronicle, with room for its header. Made by the
 * preparer, taken by the writer.
 *
 * @param number its number
 * @param preallocatedBytes the bytes filled with zeros
 * @param layout where things stand in it
 * @param file its file
 * @param appender Chronicle on it
 * @param map a view of it, held
 * @param index room for where its frames will be
 * @param room the room for its header
 * @param directory where it lives
 * @param path its file
 */
record PreparedSegment(
        long number,
        int preallocatedBytes,
        SegmentLayout layout,
        SegmentFile file,
        SegmentAppender appender,
        SegmentMap map,
        SparseIndex index,
        HeaderRoom room,
        JournalDirectory directory,
        Path path) {

    /**
     * Takes it into use: from the moment the header is written, it is part of the log, also for a restart.
     *
     * @return the segment, empty
     */
    OpenSegment activate(Identity identity, long predecessor, SegmentOrigin origin, FrameRef base) {
        SegmentHeader header = new SegmentHeader(identity, number, predecessor, base, origin, preallocatedBytes);
        room.fill(header);
        Segment segment = new Segment(path, header, layout, index, layout.firstFramePosition());
        segment.adopt(map);
        return OpenSegment.activated(segment, file, appender, map, room);
    }

    /** Lets go of it unused. */
    void discard() throws IOException {
        appender.close();
        file.close();
        room.close();
        map.letGo();
        directory.clearWork(number);
    }
}
