package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.replica.SnapshotNeed;
import dev.lockstep.engine.replica.Snapshots;
import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.Disk;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.snapshot.FileSnapshotStore;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import dev.lockstep.storage.snapshot.SnapshotReader;
import dev.lockstep.storage.snapshot.SnapshotSection;
import dev.lockstep.storage.snapshot.SnapshotSettings;
import dev.lockstep.storage.snapshot.SnapshotStore;
import dev.lockstep.storage.snapshot.SnapshotWriter;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The snapshots of a node in a directory. Used as the replica's port itself it has the worker work off everything between
 * calls; what it holds may be used without.
 */
final class WorkedSnapshots implements Snapshots, AutoCloseable {
    private static final int PART_BYTES = 64 << 10;
    private static final int MOST_TURNS = 1000;

    final List<StorageException.Damaged> damages = new CopyOnWriteArrayList<>();
    final JumpingClock clock = new JumpingClock();
    final SnapshotTurn turn = new SnapshotTurn(clock, 1000);
    final SnapshotStore store;
    final NodeSnapshots node;

    WorkedSnapshots(Disk disk, Path directory, int chunkBytes) {
        store = FileSnapshotStore.open(
                disk,
                directory,
                SnapshotSettings.of(ClusterId.UNBORN, damages::add).withChunkBytes(chunkBytes));
        node = new NodeSnapshots(store, chunkBytes, turn, new NoSnapshots());
    }

    int work() {
        try {
            return node.worker().doWork();
        } catch (Exception e) {
            throw new AssertionError("the worker says what it meets to the replica's thread", e);
        }
    }

    void workOff() {
        int turns = 0;
        while (work() > 0) {
            turns++;
            if (turns == MOST_TURNS) {
                throw new AssertionError("the worker never comes to an end");
            }
        }
    }

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
        return node.newest();
    }

    @Override
    public SnapshotManifest newestUpTo(long index) {
        return node.newestUpTo(index);
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
        return node.maxChunkBytes();
    }

    @Override
    public int read(FrameRef snapshot, int number, MutableDirectBuffer buffer, int offset) {
        int length = node.read(snapshot, number, buffer, offset);
        if (length == LATER) {
            workOff();
            length = node.read(snapshot, number, buffer, offset);
        }
        return length;
    }

    @Override
    public int wantedChunk(FrameRef snapshot) {
        int wanted = node.wantedChunk(snapshot);
        if (wanted == LATER) {
            workOff();
            wanted = node.wantedChunk(snapshot);
        }
        return wanted;
    }

    @Override
    public void onChunk(FrameRef snapshot, int number, DirectBuffer buffer, int offset, int length) {
        node.onChunk(snapshot, number, buffer, offset, length);
        workOff();
    }

    @Override
    public void endTransfer() {
        node.endTransfer();
    }

    @Override
    public void orphanBeyond(long index) {
        node.orphanBeyond(index);
    }

    @Override
    public void close() {
        node.close();
        store.close();
    }
}
