package dev.lockstep.storage.journal;

import dev.lockstep.storage.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A segment's file, as those see it who make it durable. The channel is opened before the writing that it is to force,
 * for the kernel reports a failed write-back only to descriptors that were open at the time. Used by one thread at a
 * time.
 */
final class SegmentFile implements AutoCloseable {
    private static final int COPY_BYTES = 1 << 20;

    private final Disk disk;
    private final Path path;
    private final FileChannel channel;
    private final ByteBuffer bytes = ByteBuffer.allocateDirect(TwinIndex.LENGTH);
    private final UnsafeBuffer buffer = new UnsafeBuffer(bytes);

    /** Made when it is first needed. */
    private MappedByteBuffer view;

    private SegmentFile(Disk disk, Path path, FileChannel channel) {
        this.disk = disk;
        this.path = path;
        this.channel = channel;
    }

    static SegmentFile open(Disk disk, Path path) throws IOException {
        return new SegmentFile(disk, path, FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    void writeFlushMark(long index, int headerOffset) throws IOException {
        write(index, FlushMark.position(headerOffset));
    }

    void writeCutNote(long lastIndex, int headerOffset) throws IOException {
        write(lastIndex, CutNote.position(headerOffset));
    }

    private void write(long index, int position) throws IOException {
        TwinIndex.encode(buffer, 0, index);
        disk.write(channel, bytes.clear(), position);
    }

    void force() throws IOException {
        disk.force(channel, path);
    }

    /**
     * Forces a stretch only, and not the pages behind it that the writer is storing into. Once the whole file was.
     *
     * @param from the first byte
     * @param until behind the last byte
     */
    void force(int from, int until) throws IOException {
        if (view == null) {
            view = channel.map(FileChannel.MapMode.READ_WRITE, 0, channel.size());
        }
        disk.force(view, from, until, path);
    }

    /** Forces the room that the flush mark stands in. */
    void forceHeader(int headerOffset) throws IOException {
        force(headerOffset, headerOffset + SegmentHeader.ROOM);
    }

    /** Gives back what the file holds behind a length. */
    void trim(long length) throws IOException {
        if (channel.size() > length) {
            disk.truncate(channel, length);
        }
    }

    /**
     * Writes bytes over themselves. After a failed force the kernel may hold pages that it thinks are on the
     * device and are not; only written anew will they be forced (PROTOCOL B, "a failed force").
     */
    void rewrite(long from, long until) throws IOException {
        ByteBuffer copy = ByteBuffer.allocateDirect(COPY_BYTES);
        long position = from;
        while (position < until) {
            copy.clear().limit((int) Math.min(COPY_BYTES, until - position));
            int read = channel.read(copy, position);
            if (read < 0) {
                throw new IOException(path + " ends at byte " + position + ", before its frames do at " + until);
            }
            copy.flip();
            disk.write(channel, copy, position);
            position += read;
        }
    }

    @Override
    public void close() throws IOException {
        if (view != null) {
            BufferUtil.free(view);
        }
        channel.close();
    }
}
