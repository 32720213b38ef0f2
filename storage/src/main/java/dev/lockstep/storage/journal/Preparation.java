package dev.lockstep.storage.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The making of one segment, in steps. Real zeros are written and forced first, so that a full disk is met here and not
 * by a frame; then Chronicle opens the file and lays its own records, and room for our header.
 */
final class Preparation {
    private final JournalDirectory directory;
    private final long number;
    private final int segmentBytes;
    private final ByteBuffer zeros;
    private final Path file;
    private FileChannel channel;
    /** Which file it is, wherever it stands. */
    private Object key;

    private long written;

    Preparation(JournalDirectory directory, long number, int segmentBytes, ByteBuffer zeros) {
        this.directory = directory;
        this.number = number;
        this.segmentBytes = segmentBytes;
        this.zeros = zeros;
        this.file = directory.work(number).resolve(SegmentCycle.PREPARED_FILE_NAME);
    }

    /** @return whether all zeros are written */
    boolean isFilled() {
        return written == segmentBytes;
    }

    /** @return how many zeros are written */
    long written() {
        return written;
    }

    /**
     * Writes some more zeros.
     *
     * @param bytes how many at most
     * @return how many
     */
    int fill(int bytes) throws IOException {
        if (channel == null) {
            directory.makeWork(number);
            channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            key = keyOf(file);
        }
        long until = Math.min(written + bytes, segmentBytes);
        long before = written;
        while (written < until) {
            int piece = (int) Math.min(zeros.capacity(), until - written);
            zeros.clear().limit(piece);
            directory.disk().write(channel, zeros, written);
            written += piece;
        }
        return (int) (written - before);
    }

    /** Forces the zeros, opens the segment, and forces what Chronicle has laid out in it. */
    PreparedSegment finish() throws IOException {
        directory.disk().force(channel, file);
        channel.close();
        channel = null;
        checkIsThere(file);
        SegmentAppender appender = SegmentAppender.open(directory.work(number), segmentBytes);
        SegmentMap map = null;
        SegmentFile segmentFile = null;
        HeaderRoom room = null;
        boolean finished = false;
        try {
            appender.append(new UnsafeBuffer(ByteBuffer.allocateDirect(SegmentHeader.ROOM)), 0, SegmentHeader.ROOM);
            appender.mapForTouching(segmentBytes);
            Path opened = directory.workFile(number);
            checkIsThere(opened);
            map = SegmentMap.open(opened, segmentBytes);
            SegmentLayout layout = SegmentLayout.find(map.buffer(), segmentBytes);
            if (layout == null) {
                throw new IOException(opened + " was laid out by Chronicle in a way that is not understood");
            }
            segmentFile = SegmentFile.open(directory.disk(), opened);
            segmentFile.force();
            room = HeaderRoom.open(opened, layout.headerOffset());
            appender.touch(0, Math.min(TouchAhead.WINDOW_BYTES, segmentBytes));
            finished = true;
            return new PreparedSegment(
                    number,
                    segmentBytes,
                    layout,
                    segmentFile,
                    appender,
                    map,
                    new SparseIndex(segmentBytes),
                    room,
                    directory,
                    opened);
        } finally {
            if (!finished) {
                close(appender, map, segmentFile, room);
            }
        }
    }

    /** Chronicle would make a directory that was taken away anew, and go on there as if nothing had been. */
    private void checkIsThere(Path where) throws IOException {
        if (!key.equals(keyOf(where))) {
            throw new IOException(where + " is not the file that was prepared: somebody has put another in its place");
        }
    }

    private static Object keyOf(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    }

    private static void close(SegmentAppender appender, SegmentMap map, SegmentFile file, HeaderRoom room)
            throws IOException {
        appender.close();
        if (room != null) {
            room.close();
        }
        if (map != null) {
            map.letGo();
        }
        if (file != null) {
            file.close();
        }
    }

    /** Removes what was made so far. */
    void abandon() throws IOException {
        if (channel != null) {
            channel.close();
        }
        directory.clearWork(number);
    }
}
