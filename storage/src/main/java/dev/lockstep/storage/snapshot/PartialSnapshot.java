package dev.lockstep.storage.snapshot;

import dev.lockstep.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.agrona.CloseHelper;

/**
 * A snapshot's file while it grows, beside those that are kept. Removes itself when anything fails. Owned by one thread
 * at a time.
 */
final class PartialSnapshot implements AutoCloseable {
    // One force of a large file would hold up the journal's forces behind it, for as long as it takes.
    private static final int CHUNKS_PER_FORCE = 8;

    private enum State {
        GROWING,
        PUBLISHED,
        GIVEN_UP
    }

    private final FileSnapshotStore store;
    private final SnapshotManifest manifest;
    private final SnapshotDirectory directory;
    private final Path file;
    private final FileChannel channel;
    private State state = State.GROWING;
    private long length;
    private int unforcedChunks;

    PartialSnapshot(FileSnapshotStore store, SnapshotDirectory directory, SnapshotManifest manifest) {
        this.store = store;
        this.manifest = manifest;
        this.directory = directory;
        this.file = directory.file(manifest.last().index(), SnapshotDirectory.PARTIAL);
        try {
            channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        } catch (IOException refused) {
            throw directory.disk().refusedWrite(file, 1, refused);
        }
    }

    SnapshotManifest manifest() {
        return manifest;
    }

    /** @throws IllegalStateException if it was published or given up */
    void checkGrowing() {
        if (state != State.GROWING) {
            throw new IllegalStateException(manifest + " was "
                    + (state == State.PUBLISHED ? "already published" : "given up") + "; only close it");
        }
    }

    void append(ByteBuffer chunk) {
        checkGrowing();
        try {
            int chunkLength = chunk.remaining();
            directory.disk().write(channel, file, chunk, length);
            length += chunkLength;
            unforcedChunks++;
            if (unforcedChunks == CHUNKS_PER_FORCE) {
                force();
            }
        } catch (StorageException failure) {
            giveUp(failure);
            throw failure;
        }
    }

    private void force() {
        directory.disk().force(channel, file);
        unforcedChunks = 0;
    }

    /** Everything is on the device before the file gets its name, and the name before anybody hears of it. */
    void publish() {
        checkGrowing();
        try {
            if (unforcedChunks > 0) {
                force();
            }
            store.publish(manifest);
        } catch (StorageException failure) {
            giveUp(failure);
            throw failure;
        }
        state = State.PUBLISHED;
        CloseHelper.close(channel);
    }

    private void giveUp(StorageException failure) {
        state = State.GIVEN_UP;
        CloseHelper.close(failure::addSuppressed, channel);
        directory.deleteAfter(failure, file);
    }

    @Override
    public void close() {
        if (state == State.GROWING) {
            state = State.GIVEN_UP;
            CloseHelper.close(channel);
            directory.disk().delete(file);
        }
    }
}
