package dev.lockstep.storage.snapshot;

import dev.lockstep.storage.Refusal;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.frame.Checksum;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.agrona.CloseHelper;

/** Reads sealed chunks from a file and says what is damaged where. Owned by one thread at a time. */
final class ChunkFile implements AutoCloseable {
    private static final int END_OF_FILE = -1;

    private final Path path;
    private final String remedy;
    private final FileChannel channel;
    private final Checksum checksum = new Checksum();
    private final SealedChunk chunk = new SealedChunk();

    /** @param remedy what is done about damage, and what is left to do, as a sentence */
    ChunkFile(Path path, String remedy) {
        this.path = path;
        this.remedy = remedy;
        try {
            channel = FileChannel.open(path, StandardOpenOption.READ);
        } catch (IOException refused) {
            throw refusal("open " + path, refused);
        }
    }

    private static StorageException refusal(String what, IOException refused) {
        return new StorageException(
                "cannot " + what + ": " + Refusal.why(refused)
                        + "; let this user read it, look at the health of the device, or fetch the snapshot from another"
                        + " node",
                refused);
    }

    long length() {
        try {
            return channel.size();
        } catch (IOException refused) {
            throw refusal("learn the length of " + path, refused);
        }
    }

    /** Fills the start of the buffer with bytes as they are. */
    void readRaw(ChunkBuffer buffer, long position, int length) {
        ByteBuffer bytes = buffer.first(length);
        try {
            while (bytes.hasRemaining()) {
                if (channel.read(bytes, position + bytes.position()) == END_OF_FILE) {
                    throw damaged(position, SnapshotDefect.TRUNCATED);
                }
            }
        } catch (IOException refused) {
            throw refusal("read " + path + " at byte " + position, refused);
        }
    }

    /**
     * Reads a chunk into the start of the buffer and verifies its seal.
     *
     * @return a look at it, until the next call
     */
    SealedChunk read(ChunkBuffer buffer, long position, int length) {
        readRaw(buffer, position, length);
        check(chunk.verify(checksum, buffer.view(), 0, length), position);
        return chunk;
    }

    /** Goes on only if nothing is wrong with the chunk at that position. */
    void check(SnapshotDefect defect, long position) {
        if (defect != SnapshotDefect.NONE) {
            throw damaged(position, defect);
        }
    }

    private StorageException.Damaged damaged(long position, SnapshotDefect defect) {
        return new StorageException.Damaged(
                path + " is damaged: at byte " + position + " it has " + defect.description() + ". " + remedy);
    }

    @Override
    public void close() {
        checksum.forget();
        CloseHelper.close(channel);
    }
}
