package dev.lockstep.engine.real;

import dev.lockstep.engine.replica.SnapshotNeed;
import dev.lockstep.engine.replica.Snapshots;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.snapshot.ChunkVerdict;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import dev.lockstep.storage.snapshot.SnapshotReader;
import dev.lockstep.storage.snapshot.SnapshotReceiver;
import dev.lockstep.storage.snapshot.SnapshotSection;
import dev.lockstep.storage.snapshot.SnapshotSettings;
import dev.lockstep.storage.snapshot.SnapshotSource;
import dev.lockstep.storage.snapshot.SnapshotStore;
import dev.lockstep.storage.snapshot.SnapshotWriter;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Optional;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** The replica's view of a store of snapshots, which waits for the device where a node at work must not. */
final class StoredSnapshots implements Snapshots, AutoCloseable {
    private static final int PART_BYTES = 64 << 10;

    private final SnapshotStore store;
    private SnapshotSource source;
    private SnapshotReceiver receiver;
    private FrameRef receiving;
    private FrameRef useless;
    /** How many chunks were taken. */
    int chunks;

    StoredSnapshots(SnapshotStore store) {
        this.store = store;
    }

    /** Keeps one; it is durable on return. */
    void publish(SnapshotManifest manifest, byte[] state) {
        try (SnapshotWriter writer = store.begin(manifest).orElseThrow()) {
            writer.startSection(SnapshotSection.STATE);
            writer.write(new UnsafeBuffer(state), 0, state.length);
            writer.publish();
        }
    }

    /** @return the state in one that is kept; null if it is not */
    byte[] state(FrameRef last) {
        Optional<SnapshotReader> kept = store.open(last);
        if (kept.isEmpty()) {
            return null;
        }
        ByteArrayOutputStream state = new ByteArrayOutputStream();
        try (SnapshotReader reader = kept.get()) {
            byte[] part = new byte[PART_BYTES];
            UnsafeBuffer into = new UnsafeBuffer(part);
            reader.startSection(SnapshotSection.STATE);
            for (int read = reader.read(into, 0, PART_BYTES);
                    read != SnapshotReader.END;
                    read = reader.read(into, 0, PART_BYTES)) {
                state.write(part, 0, read);
            }
        }
        return state.toByteArray();
    }

    @Override
    public SnapshotManifest newest() {
        List<SnapshotManifest> kept = store.kept();
        return kept.isEmpty() ? null : kept.get(0);
    }

    @Override
    public SnapshotManifest newestUpTo(long index) {
        SnapshotManifest kept = newest();
        return kept != null && kept.last().index() <= index ? kept : null;
    }

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
        return SnapshotSettings.DEFAULT_CHUNK_BYTES;
    }

    @Override
    public int read(FrameRef snapshot, int number, MutableDirectBuffer buffer, int offset) {
        try {
            if (source == null || !source.manifest().last().equals(snapshot)) {
                CloseHelper.close(source);
                source = store.serve(snapshot).orElse(null);
            }
            return source == null || number >= source.chunkCount() ? GONE : source.read(number, buffer, offset);
        } catch (StorageException.Damaged e) {
            return GONE; // the store has set it aside
        }
    }

    @Override
    public int wantedChunk(FrameRef snapshot) {
        if (store.kept().stream().anyMatch(each -> each.last().equals(snapshot))) {
            return COMPLETE;
        }
        if (isOfNoUse(snapshot)) {
            return GONE;
        }
        if (!snapshot.equals(receiving)) {
            endTransfer();
            receiver = store.receive();
            receiving = snapshot;
        }
        return receiver.wantedChunk();
    }

    private boolean isOfNoUse(FrameRef snapshot) {
        SnapshotManifest newest = newest();
        boolean isOlder = newest != null
                && (snapshot.index() <= newest.last().index()
                        || snapshot.term() < newest.last().term());
        return isOlder || snapshot.equals(useless);
    }

    @Override
    public void onChunk(FrameRef snapshot, int number, DirectBuffer buffer, int offset, int length) {
        if (!snapshot.equals(receiving) || receiver.wantedChunk() != number) {
            return;
        }
        ChunkVerdict verdict = take(buffer, offset, length);
        if (verdict == ChunkVerdict.ACCEPTED && !receiver.manifest().last().equals(snapshot)) {
            endTransfer(); // the chunk of another one: the same is wanted again
        } else if (verdict == ChunkVerdict.ACCEPTED || verdict == ChunkVerdict.COMPLETE) {
            chunks++;
        } else if (verdict == ChunkVerdict.STALE) {
            useless = snapshot;
        }
        if (verdict == ChunkVerdict.COMPLETE || verdict == ChunkVerdict.STALE) {
            endTransfer();
        }
    }

    private ChunkVerdict take(DirectBuffer buffer, int offset, int length) {
        try {
            return receiver.onChunk(buffer, offset, length);
        } catch (StorageException.WrongCluster e) {
            return ChunkVerdict.STALE;
        }
    }

    @Override
    public void endTransfer() {
        CloseHelper.close(receiver);
        receiver = null;
        receiving = null;
    }

    @Override
    public void orphanBeyond(long index) {
        close(); // what is read or received may be of the branch that was left
        store.orphanBeyond(index);
        useless = null;
    }

    @Override
    public void close() {
        CloseHelper.close(source);
        source = null;
        endTransfer();
    }
}
