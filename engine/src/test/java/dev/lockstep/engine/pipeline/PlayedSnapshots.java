package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.replica.SnapshotNeed;
import dev.lockstep.engine.replica.Snapshots;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** Snapshots that are kept as a simulated node's are, and taken as a real one's. */
record PlayedSnapshots(Snapshots kept, NodeSnapshots.Taker taker) implements Snapshots {
    @Override
    public SnapshotNeed need() {
        return taker.need();
    }

    @Override
    public void take() {
        taker.take();
    }

    @Override
    public SnapshotManifest newestUpTo(long index) {
        return kept.newestUpTo(index);
    }

    @Override
    public void endTransfer() {
        kept.endTransfer();
    }

    @Override
    public SnapshotManifest newest() {
        return kept.newest();
    }

    @Override
    public int maxChunkBytes() {
        return kept.maxChunkBytes();
    }

    @Override
    public int read(FrameRef snapshot, int number, MutableDirectBuffer buffer, int offset) {
        return kept.read(snapshot, number, buffer, offset);
    }

    @Override
    public int wantedChunk(FrameRef snapshot) {
        return kept.wantedChunk(snapshot);
    }

    @Override
    public void onChunk(FrameRef snapshot, int number, DirectBuffer buffer, int offset, int length) {
        kept.onChunk(snapshot, number, buffer, offset, length);
    }

    @Override
    public void orphanBeyond(long index) {
        kept.orphanBeyond(index);
    }
}
