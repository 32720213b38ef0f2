package dev.lockstep.storage.backup;

import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.Disk;
import dev.lockstep.storage.DurableDirectories;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.snapshot.ChunkVerdict;
import dev.lockstep.storage.snapshot.FileSnapshotStore;
import dev.lockstep.storage.snapshot.SnapshotReceiver;
import dev.lockstep.storage.snapshot.SnapshotSettings;
import dev.lockstep.storage.snapshot.SnapshotSource;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.agrona.CloseHelper;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Writes one backup. All of it is forced, read back and verified before its manifest is written: a crash at any moment
 * leaves no backup, or a whole one. Owned by one thread; holds one chunk or frame in memory.
 *
 * <pre>{@code
 * try (BackupWriter writer = BackupWriter.create(directory, snapshot.manifest().last(), disk)) {
 *     writer.append(frame);   // all that is committed behind the snapshot
 *     writer.copySnapshot(snapshot, onBytes);
 *     writer.finish(cluster, epoch, nowMs, onBytes);
 * }
 * }</pre>
 *
 * <p>The log first: it may be cut behind a newer snapshot at any time, and an open snapshot is not taken away. After a
 * {@link StorageException} it can only be closed, which removes what was written.
 */
public final class BackupWriter implements AutoCloseable {
    private final BackupLayout layout;
    private final BackupDisk disk;
    private final FrameRef base;
    private final boolean isDirectoryNew;
    private LogFileWriter log;
    private long snapshotBytes;
    private boolean isFinished;

    private BackupWriter(BackupLayout layout, BackupDisk disk, FrameRef base, boolean isDirectoryNew) {
        this.layout = layout;
        this.disk = disk;
        this.base = base;
        this.isDirectoryNew = isDirectoryNew;
    }

    /**
     * Begins a backup. Blocks for the device.
     *
     * @param directory where to write it: an empty directory, or none yet in one that exists
     * @param base the last frame of the snapshot that will be copied; {@link FrameRef#ORIGIN} if none will be
     * @param disk what to write with
     * @return where to write it; close it in any case
     * @throws StorageException if it is not empty, or the device refuses; nothing is there then that was not before
     */
    public static BackupWriter create(Path directory, FrameRef base, Disk disk) {
        Path absolute = directory.toAbsolutePath();
        BackupLayout layout = new BackupLayout(absolute);
        boolean isNew = !Files.exists(absolute);
        BackupDisk backupDisk = new BackupDisk(disk, absolute);
        checkPlace(layout, isNew, backupDisk);
        BackupWriter writer = new BackupWriter(layout, backupDisk, base, isNew);
        try {
            backupDisk.run("make " + absolute + " durable", asked -> DurableDirectories.create(absolute, asked));
            writer.log = new LogFileWriter(backupDisk, layout.log(), base);
            return writer;
        } catch (StorageException failure) {
            CloseHelper.close(failure::addSuppressed, writer);
            throw failure;
        }
    }

    private static void checkPlace(BackupLayout layout, boolean isNew, BackupDisk disk) {
        Path directory = layout.directory();
        Path parent = directory.getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            throw new StorageException("a backup is to be written into " + directory + ", but " + parent
                    + " is no directory; make it first");
        }
        if (!isNew && !Files.isDirectory(directory)) {
            throw new StorageException(
                    "a backup is to be written into " + directory + ", which is a file; name another");
        }
        if (Files.exists(layout.log()) && !Files.exists(layout.manifest())) {
            throw new StorageException("a backup is to be written into " + directory
                    + ", which holds one that was not finished; remove that, or name another directory");
        }
        disk.run("list " + directory, unused -> {
            try (Stream<Path> found = isNew ? Stream.empty() : Files.list(directory)) {
                if (found.findAny().isPresent()) {
                    throw new StorageException("a backup is to be written into " + directory
                            + ", which is not empty; name an empty directory, or one that is not there yet");
                }
            }
        });
    }

    /**
     * Adds the next frame, verified by the caller. May block for the device.
     *
     * @param frame what follows the one before it
     * @throws StorageException.DiskFull if there is no room
     * @throws StorageException if the device refuses
     */
    public void append(Frame frame) {
        log.append(frame);
    }

    /** @return the last frame added; the snapshot's last before the first */
    public FrameRef last() {
        return log.last();
    }

    /**
     * Copies the snapshot, chunk by chunk. Blocks for the device.
     *
     * @param source the snapshot that {@link #create} was told of
     * @param onBytes hears, after each chunk, how many bytes were copied; it may wait, and may throw
     * @throws StorageException.DiskFull if there is no room
     * @throws StorageException if the device refuses, or the snapshot turns out to be damaged
     */
    public void copySnapshot(SnapshotSource source, IntConsumer onBytes) {
        Invariant.check(
                source.manifest().last().equals(base), "another snapshot is backed up than the log begins behind");
        SnapshotSettings settings = SnapshotSettings.of(source.manifest().cluster(), damaged -> {
            throw damaged; // nothing is there that could be
        });
        UnsafeBuffer chunk = new UnsafeBuffer(new byte[source.maxChunkLength()]);
        try (FileSnapshotStore store = FileSnapshotStore.open(disk.disk(), layout.directory(), settings);
                SnapshotReceiver receiver = store.receive()) {
            ChunkVerdict verdict = ChunkVerdict.ACCEPTED;
            for (int number = 0; verdict == ChunkVerdict.ACCEPTED; number++) {
                int length = source.read(number, chunk, 0);
                verdict = receiver.onChunk(chunk, 0, length);
                snapshotBytes += length;
                onBytes.accept(length);
            }
            Invariant.check(verdict == ChunkVerdict.COMPLETE, "a chunk that was verified is not taken");
        }
    }

    /**
     * Makes all of it durable, reads it back, and writes the manifest: on return it is a backup. Blocks for the device.
     *
     * @param cluster whose history it is
     * @param epoch the epoch of the last frame
     * @param nowMs what the machine's clock says
     * @param onBytes hears, after each frame and chunk, how many bytes were read back; it may wait, and may throw
     * @return what was written
     * @throws StorageException.Damaged if what is read back is not what was written
     * @throws StorageException if the device refuses
     */
    public BackupManifest finish(ClusterId cluster, long epoch, long nowMs, IntConsumer onBytes) {
        log.finish();
        disk.forceDirectory();
        BackupManifest manifest =
                new BackupManifest(cluster, epoch, base, log.last(), log.length(), snapshotBytes, nowMs);
        new Backup(layout, manifest).verify(onBytes);
        writeManifest(BackupCodec.encode(manifest));
        isFinished = true;
        return manifest;
    }

    private void writeManifest(ByteBuffer record) {
        Path file = layout.newManifest();
        disk.run("write " + file, unused -> {
            try (FileChannel channel =
                    FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                disk.write(channel, file, record, 0);
                disk.force(channel, file);
            }
        });
        disk.run("rename " + file, asked -> asked.rename(file, layout.manifest()));
        disk.forceDirectory();
    }

    /** Removes a backup that was not finished, with all its traces. */
    @Override
    public void close() {
        CloseHelper.close(log);
        if (isFinished) {
            return;
        }
        // The manifest first: without it the rest is none.
        for (Path file :
                List.of(layout.manifest(), layout.newManifest(), layout.log(), layout.snapshot(base.index()))) {
            disk.run("remove " + file, asked -> asked.delete(file));
        }
        if (isDirectoryNew) {
            disk.run("remove " + layout.directory(), asked -> asked.delete(layout.directory()));
        }
    }
}
