package dev.lockstep.engine.replica;

import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** The newest snapshot of a node, of three chunks that say what they are of; and the one that is on its way here. */
final class MemorySnapshots implements Snapshots {
    static final int CHUNKS = 3;
    private static final int CHUNK_BYTES = 24;

    private SnapshotManifest newest;
    private SnapshotManifest older;
    private FrameRef coming;
    private int wanted;
    private Config config;
    /** Snapshots that are of no use here any more. */
    final List<FrameRef> gone = new ArrayList<>();

    SnapshotNeed need = SnapshotNeed.NONE;
    /** How often it was this node's turn to take one. */
    int turns;

    /** Whether the device has not answered yet. */
    boolean isLater;

    /** Whether what comes finds no room. */
    boolean isFull;

    /** Another one is kept here, beside the one that is. */
    void keepAlso(FrameRef last, Config inForce) {
        older = newest;
        keep(last, inForce);
    }

    /** One is kept here, of a cluster with that configuration. */
    void keep(FrameRef last, Config inForce) {
        ExpandableArrayBuffer bytes = new ExpandableArrayBuffer();
        int length = ConfigCodec.encode(new PlacedConfig(1, 1, inForce), bytes, 0);
        ClusterId cluster = inForce.clusterId();
        newest = new SnapshotManifest(last, cluster, 1, 1, 0, new UnsafeBuffer(bytes, 0, length));
    }

    /** What comes is of a cluster with that configuration. */
    void expect(Config inForce) {
        config = inForce;
    }

    @Override
    public SnapshotManifest newest() {
        return newest;
    }

    @Override
    public SnapshotManifest newestUpTo(long index) {
        return Arrays.asList(newest, older).stream()
                .filter(each -> each != null && each.last().index() <= index)
                .findFirst()
                .orElse(null);
    }

    @Override
    public SnapshotNeed need() {
        return need;
    }

    @Override
    public void take() {
        turns++;
    }

    @Override
    public int maxChunkBytes() {
        return CHUNK_BYTES;
    }

    @Override
    public int read(FrameRef snapshot, int number, MutableDirectBuffer buffer, int offset) {
        if (isLater) {
            return LATER;
        }
        if (newest == null || !newest.last().equals(snapshot) || number >= CHUNKS) {
            return GONE;
        }
        buffer.putLong(offset, snapshot.index());
        buffer.putInt(offset + 8, number);
        return CHUNK_BYTES;
    }

    @Override
    public int wantedChunk(FrameRef snapshot) {
        if (isLater) {
            return LATER;
        }
        if (isFull) {
            throw new StorageException.DiskFull("no space left on device", null);
        }
        if (gone.contains(snapshot)) {
            return GONE;
        }
        if (newest != null && newest.last().equals(snapshot)) {
            return COMPLETE;
        }
        if (!snapshot.equals(coming)) {
            coming = snapshot;
            wanted = 0;
        }
        return wanted;
    }

    @Override
    public void onChunk(FrameRef snapshot, int number, DirectBuffer buffer, int offset, int length) {
        boolean isSound = length == CHUNK_BYTES
                && buffer.getLong(offset) == snapshot.index()
                && buffer.getInt(offset + 8) == number;
        if (isSound && snapshot.equals(coming) && number == wanted && ++wanted == CHUNKS) {
            keep(snapshot, config);
        }
    }

    /** @return whether one comes from another node */
    boolean isComing() {
        return coming != null;
    }

    @Override
    public void endTransfer() {
        coming = null;
    }

    @Override
    public void orphanBeyond(long index) {
        if (newest != null && newest.last().index() > index) {
            newest = null;
        }
    }
}
