package dev.lockstep.storage.backup;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Refusal;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.frame.Checksum;
import dev.lockstep.storage.frame.Envelope;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.frame.FrameDefect;
import dev.lockstep.storage.journal.JournalSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.agrona.CloseHelper;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads the frames of a backup in order, each verified in itself and against the one before it; no damage goes unseen, and
 * nothing damaged is handed out. Owned by one thread; holds one frame, or a MiB, in memory.
 *
 * <pre>{@code
 * try (BackupLog log = backup.log()) {
 *     while (log.next()) {
 *         copy(log.frame());
 *     }
 * }
 * }</pre>
 */
public final class BackupLog implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 20;
    private static final int END_OF_FILE = -1;

    private final Path file;
    private final BackupManifest manifest;
    private final FileChannel channel;
    private final Checksum checksum = new Checksum();
    private final Frame frame = new Frame();
    private ByteBuffer bytes;
    private UnsafeBuffer buffer;
    /** Where in the file the buffer's first byte lies. */
    private long bufferStart;

    private long position;
    private FrameRef last;

    BackupLog(Path file, BackupManifest manifest) {
        this.file = file;
        this.manifest = manifest;
        this.last = manifest.base();
        makeRoom((int) Math.min(BUFFER_BYTES, manifest.logBytes()));
        try {
            channel = FileChannel.open(file, StandardOpenOption.READ);
        } catch (IOException refused) {
            throw unreadable(refused);
        }
    }

    private void makeRoom(int length) {
        bytes = ByteBuffer.allocateDirect(length).limit(0);
        buffer = new UnsafeBuffer(bytes);
    }

    private StorageException unreadable(IOException refused) {
        return new StorageException(
                "cannot read " + file + ": " + Refusal.why(refused)
                        + "; let this user read it, and look at the health of the device",
                refused);
    }

    /**
     * Goes to the next frame. Blocks for the device.
     *
     * @return false behind the last one
     * @throws StorageException.Damaged if what comes is not what was written; the message says where
     */
    public boolean next() {
        if (position == manifest.logBytes()) {
            if (!last.equals(manifest.last())) {
                throw damaged("an end behind " + last + ", where the manifest says " + manifest.last());
            }
            return false;
        }
        check(FrameDefect.TRUNCATED, isThere(Frame.HEADER_LENGTH));
        int length = Envelope.length(buffer, offset());
        check(FrameDefect.BAD_LENGTH, length >= Frame.HEADER_LENGTH && length <= JournalSettings.MAX_SEGMENT_BYTES / 4);
        check(FrameDefect.TRUNCATED, isThere(length));
        FrameDefect defect = frame.verify(checksum, buffer, offset(), length);
        check(defect, defect == FrameDefect.NONE);
        defect = frame.follows(last.index(), last.term(), last.crc());
        check(defect, defect == FrameDefect.NONE);
        last = frame.ref();
        position += length;
        return true;
    }

    private int offset() {
        return (int) (position - bufferStart);
    }

    /** @return whether the file has so many bytes from here on; they are in the buffer then */
    private boolean isThere(int length) {
        if (length > manifest.logBytes() - position) {
            return false;
        }
        if (offset() + length > bytes.limit()) {
            fill(length);
        }
        return offset() + length <= bytes.limit();
    }

    private void fill(int length) {
        if (length > bytes.capacity()) {
            makeRoom(length);
        }
        bufferStart = position;
        bytes.clear();
        try {
            int read = 0;
            while (bytes.hasRemaining() && read != END_OF_FILE) {
                read = channel.read(bytes, bufferStart + bytes.position());
            }
        } catch (IOException refused) {
            throw unreadable(refused);
        }
        bytes.flip();
    }

    private void check(FrameDefect defect, boolean isSound) {
        if (!isSound) {
            throw damaged(defect.description());
        }
    }

    private StorageException.Damaged damaged(String found) {
        return new StorageException.Damaged(file + " is damaged: at byte " + position + ", where index "
                + (last.index() + 1) + " should be, it has " + found + ". " + BackupLayout.REMEDY);
    }

    /** @return the current frame, until the next call; its cursor is the caller's */
    public Frame frame() {
        return frame;
    }

    /** @return the current frame as a name; what the first one follows before that */
    public FrameRef last() {
        return last;
    }

    @Override
    public void close() {
        checksum.forget();
        CloseHelper.close(channel);
    }
}
