package dev.lockstep.storage.backup;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.frame.FrameDefect;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.agrona.CloseHelper;

/**
 * Writes frames into one file, one behind the other as they were sealed: each proves itself, and names the one before it.
 * Owned by one thread.
 */
final class LogFileWriter implements AutoCloseable {
    private static final int BUFFER_BYTES = 256 << 10;

    /** One force of a large file would hold up the journal's forces behind it, for as long as it takes. */
    private static final long BYTES_PER_FORCE = 8 << 20;

    private final BackupDisk disk;
    private final Path file;
    private FileChannel channel;
    private ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private FrameRef last;
    private long written;
    private long forced;

    /** @param base what the first frame follows */
    LogFileWriter(BackupDisk disk, Path file, FrameRef base) {
        this.disk = disk;
        this.file = file;
        this.last = base;
        disk.run(
                "make " + file,
                unused -> channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    }

    /** @return the last frame written; what the first one follows if there is none */
    FrameRef last() {
        return last;
    }

    /** @return how long the file is, with what is still to be written */
    long length() {
        return written + buffer.position();
    }

    void append(Frame frame) {
        FrameDefect defect = frame.follows(last.index(), last.term(), last.crc());
        Invariant.check(defect == FrameDefect.NONE, "a frame is backed up that does not follow the one before it");
        int length = frame.length();
        if (length > buffer.remaining()) {
            flush();
        }
        if (length > buffer.capacity()) {
            buffer = ByteBuffer.allocateDirect(length);
        }
        frame.buffer().getBytes(frame.offset(), buffer, length);
        last = frame.ref();
    }

    private void flush() {
        if (buffer.position() == 0) {
            return;
        }
        int length = buffer.flip().remaining();
        disk.write(channel, file, buffer, written);
        buffer.clear();
        written += length;
        if (written - forced >= BYTES_PER_FORCE) {
            force();
        }
    }

    private void force() {
        disk.force(channel, file);
        forced = written;
    }

    /** Nothing more comes; all of it is on the device when this returns. */
    void finish() {
        flush();
        force();
        close();
    }

    @Override
    public void close() {
        CloseHelper.close(channel);
    }
}
