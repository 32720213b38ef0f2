package dev.lockstep.benchmarks.replica;

import dev.lockstep.engine.replica.SnapshotNeed;
import dev.lockstep.engine.replica.Snapshots;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** No snapshot was ever taken. */
final class NoSnapshots implements Snapshots {
    private static final int CHUNK_BYTES = 1024;

    @Override
    public SnapshotManifest newest() {
        return null;
    }

    @Override
    public SnapshotManifest newestUpTo(long index) {
        return null;
    }

    @Override
    public void endTransfer() {}

    @Override
    public SnapshotNeed need() {
        return SnapshotNeed.NONE;
    }

    @Override
    public void take() {
        // none is ever due
    }

    @Override
    public int maxChunkBytes() {
        return CHUNK_BYTES;
    }

    @Override
    public int read(FrameRef snapshot, int number, MutableDirectBuffer buffer, int offset) {
        return GONE;
    }

    @Override
    public int wantedChunk(FrameRef snapshot) {
        return GONE;
    }

    @Override
    public void onChunk(FrameRef snapshot, int number, DirectBuffer buffer, int offset, int length) {}

    @Override
    public void orphanBeyond(long index) {}
}
