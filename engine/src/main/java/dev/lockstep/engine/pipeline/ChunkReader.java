package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.replica.Snapshots;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import dev.lockstep.storage.snapshot.SnapshotSource;
import dev.lockstep.storage.snapshot.SnapshotStore;
import org.agrona.CloseHelper;

/** Reads chunks of snapshots that are kept, for peers; holds one snapshot open. Owned by whoever has the turn. */
final class ChunkReader implements AutoCloseable {
    private final SnapshotStore store;
    private SnapshotManifest opened;
    private SnapshotSource source;

    ChunkReader(SnapshotStore store) {
        this.store = store;
    }

    /** Blocks for the device. */
    void answer(ServedChunk chunk) {
        try {
            open(chunk.snapshot());
            if (source != null && isThere(chunk)) {
                chunk.answer(source.read(chunk.number(), chunk.bytes(), 0), source.chunkCount());
                return;
            }
        } catch (StorageException.Damaged e) {
            close(); // the store has set it aside, and told its listener
        }
        chunk.answer(Snapshots.GONE, 0);
    }

    @SuppressWarnings("ReferenceEquality") // see ServedChunk
    private void open(SnapshotManifest snapshot) {
        if (source == null || opened != snapshot) {
            close();
            source = store.serve(snapshot.last()).orElse(null);
            opened = snapshot;
        }
    }

    /** Where larger chunks were set once, there may be one that nobody here has room for. */
    private boolean isThere(ServedChunk chunk) {
        return chunk.number() < source.chunkCount()
                && source.maxChunkLength() <= chunk.bytes().capacity();
    }

    /**
     * Lets go of one that is kept no more, for the device has no room again before that.
     *
     * @return whether there was one
     */
    boolean closeIfGone() {
        if (source == null || Kept.is(store.kept(), opened)) {
            return false;
        }
        close();
        return true;
    }

    @Override
    public void close() {
        CloseHelper.close(source);
        source = null;
        opened = null;
    }
}
