package dev.lockstep.storage.journal;

import dev.lockstep.storage.frame.Checksum;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The room for a segment's header, mapped for writing, so that the writer takes a segment into use with a few stores: a
 * system call there may wait for the file system's own journal. The page is touched when the room is made.
 */
final class HeaderRoom {
    private final MappedByteBuffer bytes;
    private final UnsafeBuffer buffer;
    private final Checksum checksum = new Checksum();
    private final int markOffset;

    private HeaderRoom(MappedByteBuffer bytes, int markOffset) {
        this.bytes = bytes;
        this.buffer = new UnsafeBuffer(bytes);
        this.markOffset = markOffset;
    }

    static HeaderRoom open(Path file, int headerOffset) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            HeaderRoom room = new HeaderRoom(
                    channel.map(FileChannel.MapMode.READ_WRITE, headerOffset, SegmentHeader.ROOM),
                    FlushMark.position(headerOffset) - headerOffset);
            room.buffer.setMemory(0, SegmentHeader.ROOM, (byte) 0);
            return room;
        }
    }

    /** Fills the room in; the checksum comes last, and with it the segment is part of the log. */
    void fill(SegmentHeader header) {
        TwinIndex.encode(buffer, markOffset, header.base().index());
        header.encode(buffer, checksum);
    }

    void close() {
        BufferUtil.free(bytes);
    }
}
