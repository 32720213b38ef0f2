package dev.lockstep.storage.backup;

import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.Disk;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.snapshot.FileSnapshotStore;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import dev.lockstep.storage.snapshot.SnapshotSection;
import dev.lockstep.storage.snapshot.SnapshotSettings;
import dev.lockstep.storage.snapshot.SnapshotSource;
import dev.lockstep.storage.snapshot.SnapshotWriter;
import dev.lockstep.storage.testing.FrameMaker;
import dev.lockstep.storage.testing.UnforcedDisk;
import java.nio.file.Path;
import org.agrona.concurrent.UnsafeBuffer;

/** A node's history to be backed up: a snapshot, or none, and a few frames behind it. */
final class BackupSample {
    static final ClusterId CLUSTER = new ClusterId(0x5eed);
    static final long EPOCH = 3;
    static final int FRAMES = 5;
    static final int COMMANDS = 3;

    private static final int CHUNK_BYTES = SnapshotSettings.MIN_CHUNK_BYTES;
    private static final int STATE_BYTES = 3 * CHUNK_BYTES / 2;

    private final Path snapshots;
    private final FrameRef base;

    private BackupSample(Path snapshots, FrameRef base) {
        this.snapshots = snapshots;
        this.base = base;
    }

    static BackupSample withoutSnapshot() {
        return new BackupSample(null, FrameRef.ORIGIN);
    }

    /** @param snapshots where the node keeps its snapshots */
    static BackupSample withSnapshot(Path snapshots) {
        FrameMaker maker = new FrameMaker().next(COMMANDS, 40);
        try (FileSnapshotStore store = open(snapshots);
                SnapshotWriter writer = store.begin(
                                new SnapshotManifest(maker.ref(), CLUSTER, EPOCH, 1, 0, new UnsafeBuffer(new byte[20])))
                        .orElseThrow()) {
            UnsafeBuffer state = new UnsafeBuffer(new byte[STATE_BYTES]);
            FrameMaker.fill(state, 1, 1, STATE_BYTES);
            writer.startSection(SnapshotSection.STATE);
            writer.write(state, 0, STATE_BYTES);
            writer.publish();
        }
        return new BackupSample(snapshots, maker.ref());
    }

    private static FileSnapshotStore open(Path snapshots) {
        SnapshotSettings settings = SnapshotSettings.of(CLUSTER, damaged -> {
            throw damaged;
        });
        return FileSnapshotStore.open(new UnforcedDisk(), snapshots, settings.withChunkBytes(CHUNK_BYTES));
    }

    FrameRef base() {
        return base;
    }

    long lastIndex() {
        return base.index() + (long) FRAMES * COMMANDS;
    }

    /** Makes a backup of it. */
    BackupManifest backUp(Path directory, Disk disk) {
        try (BackupWriter writer = BackupWriter.create(directory, base, disk)) {
            write(writer);
            return writer.finish(CLUSTER, EPOCH, 1, bytes -> {});
        }
    }

    void write(BackupWriter writer) {
        FrameMaker maker = new FrameMaker().after(base);
        Frame frame = new Frame();
        for (int i = 0; i < FRAMES; i++) {
            maker.next(COMMANDS, 40);
            writer.append(frame.wrap(maker.buffer(), 0));
        }
        copySnapshot(writer);
    }

    /** Its part behind which there are no frames, if it has one. */
    void copySnapshot(BackupWriter writer) {
        if (snapshots != null) {
            try (FileSnapshotStore store = open(snapshots);
                    SnapshotSource source = store.serve(base).orElseThrow()) {
                writer.copySnapshot(source, bytes -> {});
            }
        }
    }
}
