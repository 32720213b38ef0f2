package dev.lockstep.storage.backup;

import dev.lockstep.storage.Refusal;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.snapshot.SnapshotFiles;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import dev.lockstep.storage.snapshot.SnapshotReader;
import dev.lockstep.storage.snapshot.SnapshotSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.IntConsumer;
import org.agrona.concurrent.UnsafeBuffer;

/** A backup, to be checked and read. Changes nothing; may lie where nobody may write. Owned by one thread. */
public final class Backup {
    private final BackupLayout layout;
    private final BackupManifest manifest;

    Backup(BackupLayout layout, BackupManifest manifest) {
        this.layout = layout;
        this.manifest = manifest;
    }

    /**
     * @param directory any
     * @return whether a backup was written there, and finished
     */
    public static boolean isAt(Path directory) {
        return Files.isRegularFile(new BackupLayout(directory).manifest());
    }

    /**
     * Reads what a directory holds, and looks whether all of it is there. Blocks for the device.
     *
     * @param directory where the backup was written
     * @return the backup; {@link #verify} looks at every byte
     * @throws StorageException.Damaged if it is not whole, or none; the message names the file
     * @throws StorageException if it cannot be read, or a newer version wrote it
     */
    public static Backup open(Path directory) {
        BackupLayout layout = new BackupLayout(directory);
        Backup backup = new Backup(layout, readManifest(layout));
        backup.checkFiles();
        return backup;
    }

    private static BackupManifest readManifest(BackupLayout layout) {
        try {
            return BackupCodec.decode(Files.readAllBytes(layout.manifest()), layout.manifest());
        } catch (NoSuchFileException missing) {
            throw new StorageException.Damaged(layout.directory() + " holds no backup that was finished: "
                    + layout.manifest() + " is missing. " + BackupLayout.REMEDY);
        } catch (IOException refused) {
            throw unreadable(layout.manifest(), refused);
        }
    }

    private static StorageException unreadable(Path file, IOException refused) {
        return new StorageException(
                "cannot read " + file + ": " + Refusal.why(refused)
                        + "; let this user read it, and look at the health of the device",
                refused);
    }

    private void checkFiles() {
        checkLength(layout.log(), manifest.logBytes());
        if (manifest.hasSnapshot()) {
            checkLength(snapshotFile(), manifest.snapshotBytes());
        }
    }

    private static void checkLength(Path file, long expected) {
        long found;
        try {
            found = Files.size(file);
        } catch (NoSuchFileException missing) {
            throw new StorageException.Damaged(file + " is missing. " + BackupLayout.REMEDY);
        } catch (IOException refused) {
            throw unreadable(file, refused);
        }
        if (found != expected) {
            throw new StorageException.Damaged(file + " is damaged: it has " + found
                    + " bytes, where the manifest says " + expected + ". " + BackupLayout.REMEDY);
        }
    }

    private Path snapshotFile() {
        return layout.snapshot(manifest.base().index());
    }

    /** @return what it holds */
    public BackupManifest manifest() {
        return manifest;
    }

    /** @return its frames, behind the snapshot if there is one; close it in any case */
    public BackupLog log() {
        return new BackupLog(layout.log(), manifest);
    }

    /**
     * @return its snapshot, of which there must be one; close it in any case
     * @throws StorageException.Damaged if it is damaged, or another one
     */
    public SnapshotReader snapshot() {
        SnapshotReader reader =
                SnapshotFiles.read(snapshotFile(), manifest.base().index(), BackupLayout.REMEDY);
        try {
            checkSnapshot(reader.manifest());
            return reader;
        } catch (StorageException wrong) {
            reader.close();
            throw wrong;
        }
    }

    private void checkSnapshot(SnapshotManifest found) {
        if (!found.last().equals(manifest.base()) || !found.cluster().equals(manifest.cluster())) {
            throw new StorageException.Damaged(snapshotFile() + " is damaged: it has a " + found
                    + ", where the manifest says one at " + manifest.base() + " of cluster " + manifest.cluster() + ". "
                    + BackupLayout.REMEDY);
        }
    }

    /**
     * Reads all of it, and checks every byte. Blocks for the device.
     *
     * @param onBytes hears, after each frame and chunk, how many more were checked; it may wait, and may throw
     * @throws StorageException.Damaged if anything is not what was written; the message says where
     */
    public void verify(IntConsumer onBytes) {
        if (manifest.hasSnapshot()) {
            verifySnapshot(onBytes);
        }
        try (BackupLog log = log()) {
            while (log.next()) {
                onBytes.accept(log.frame().length());
            }
        }
    }

    private void verifySnapshot(IntConsumer onBytes) {
        try (SnapshotSource source =
                SnapshotFiles.serve(snapshotFile(), manifest.base().index(), BackupLayout.REMEDY)) {
            checkSnapshot(source.manifest());
            UnsafeBuffer chunk = new UnsafeBuffer(new byte[source.maxChunkLength()]);
            for (int number = 0; number < source.chunkCount(); number++) {
                onBytes.accept(source.read(number, chunk, 0));
            }
        }
    }
}
