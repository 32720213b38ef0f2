package dev.lockstep.storage.orphans;

import dev.lockstep.storage.Disk;
import dev.lockstep.storage.frame.Frame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/** One file of orphans that is being written: frame behind frame, as they are. Owned by one thread at a time. */
final class OrphanBatch implements AutoCloseable {
    private final Path file;
    private final FileChannel channel;
    private final Disk disk;
    private long length;
    private long lastIndex;

    private OrphanBatch(Path file, FileChannel channel, Disk disk) {
        this.file = file;
        this.channel = channel;
        this.disk = disk;
    }

    /** Makes a file with a name that nothing had before: an earlier batch may start with the same frame. */
    static OrphanBatch create(Path directory, Frame first, Disk disk) throws IOException {
        for (int number = 1; ; number++) {
            Path file = directory.resolve(
                    String.format(Locale.ROOT, "orphans-%019d-term-%d-%d", first.firstIndex(), first.term(), number));
            try {
                FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                return new OrphanBatch(file, channel, disk);
            } catch (FileAlreadyExistsException taken) {
                // the next number
            }
        }
    }

    Path file() {
        return file;
    }

    /** @return the last index kept; zero if there is none */
    long lastIndex() {
        return lastIndex;
    }

    boolean isEmpty() {
        return length == 0;
    }

    /** Writes behind what counts: over what a refused write has left there. */
    void append(Frame frame) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(frame.length());
        frame.buffer().getBytes(frame.offset(), bytes, frame.length());
        disk.write(channel, bytes.flip(), length);
        length += frame.length();
        lastIndex = frame.lastIndex();
    }

    /** Returns when the device has the frames that count, and nothing behind them. */
    void force() throws IOException {
        if (channel.size() > length) {
            disk.truncate(channel, length);
        }
        disk.force(channel, file);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
