package dev.lockstep.storage.snapshot;

import dev.lockstep.storage.Disk;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.StorageException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Keeps snapshots as files in a directory of their own. A file is written beside the others, forced, renamed, and the
 * directory is forced: only then it counts (safety 11). One process owns the directory; whoever opens the store sees to
 * that.
 */
public final class FileSnapshotStore implements SnapshotStore {
    private final SnapshotDirectory directory;
    private final KeptSnapshots kept;
    private final int chunkBytes;
    private AutoCloseable beingWritten; // guarded by the lock
    private boolean closed; // guarded by the lock

    private FileSnapshotStore(SnapshotDirectory directory, KeptSnapshots kept, int chunkBytes) {
        this.directory = directory;
        this.kept = kept;
        this.chunkBytes = chunkBytes;
    }

    /**
     * Opens the store, and makes its directory if there is none. Removes what was never published, sets aside what is
     * damaged in structure, and removes what is too old. Blocks for the device.
     *
     * @param disk what to write with
     * @param path where the snapshots are
     * @param settings what is kept, and how
     * @return the open store
     * @throws StorageException.WrongCluster if there are snapshots of another cluster; nothing was touched
     * @throws StorageException.ForceFailed if the device refuses
     */
    public static FileSnapshotStore open(Disk disk, Path path, SnapshotSettings settings) {
        SnapshotDirectory directory = new SnapshotDirectory(SnapshotDisk.open(disk, path));
        FoundSnapshots found = FoundSnapshots.in(directory);
        found.checkCluster(settings.cluster(), path);
        directory.removePartial();
        // A process that died between rename and force left a name that a power cut may still take back.
        // Whoever is told of a snapshot may cut the log behind it, so the names are made durable first.
        directory.disk().forceDirectory();
        found.damaged().forEach((index, damaged) -> {
            directory.setAside(index, SnapshotDirectory.DAMAGED);
            settings.onDamage().accept(damaged);
        });
        KeptSnapshots kept = new KeptSnapshots(directory, settings, found.sound());
        kept.removeOld();
        return new FileSnapshotStore(directory, kept, settings.chunkBytes());
    }

    @Override
    public List<SnapshotManifest> kept() {
        return kept.manifests();
    }

    @Override
    public synchronized Optional<SnapshotWriter> begin(SnapshotManifest manifest) {
        checkIdle();
        if (!kept.admits(manifest)) {
            return Optional.empty();
        }
        FileSnapshotWriter writer = new FileSnapshotWriter(this, newPartial(manifest), chunkBytes);
        beingWritten = writer;
        try {
            writer.writeManifest();
        } catch (StorageException failure) {
            writer.close();
            throw failure;
        }
        return Optional.of(writer);
    }

    @Override
    public synchronized SnapshotReceiver receive() {
        checkIdle();
        FileSnapshotReceiver receiver = new FileSnapshotReceiver(this);
        beingWritten = receiver;
        return receiver;
    }

    @Override
    public Optional<SnapshotReader> open(FrameRef last) {
        checkOpen();
        return kept.open(last).map(FileSnapshotReader::new);
    }

    @Override
    public Optional<SnapshotSource> serve(FrameRef last) {
        checkOpen();
        return kept.open(last).map(FileSnapshotSource::new);
    }

    @Override
    public boolean verify(FrameRef last) {
        checkOpen();
        try (SnapshotFile file = kept.open(last).orElse(null)) {
            if (file == null) {
                return false;
            }
            for (int number = 0; number <= file.layout().trailerNumber(); number++) {
                file.read(number);
            }
            return true;
        } catch (StorageException.Damaged reported) {
            return false; // the listener has heard what is damaged where
        }
    }

    @Override
    public synchronized void orphanBeyond(long index) {
        checkIdle();
        kept.orphanBeyond(index);
    }

    @Override
    public synchronized void close() {
        closed = true;
    }

    boolean admits(SnapshotManifest manifest) {
        return kept.admits(manifest);
    }

    PartialSnapshot newPartial(SnapshotManifest manifest) {
        return new PartialSnapshot(this, directory, manifest);
    }

    void publish(SnapshotManifest manifest) {
        checkOpen();
        kept.publish(manifest);
    }

    /** Lets the next one begin, unless it has already. */
    synchronized void release(AutoCloseable done) {
        if (done.equals(beingWritten)) {
            beingWritten = null;
        }
    }

    private synchronized void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the snapshot store is closed");
        }
    }

    private synchronized void checkIdle() {
        checkOpen();
        if (beingWritten != null) {
            throw new StorageException.InUse("one snapshot is written or received at a time; close that one first");
        }
    }
}
