package dev.lockstep.storage.ballot;

import dev.lockstep.storage.Disk;
import dev.lockstep.storage.Refusal;
import dev.lockstep.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A file of one small record, which a crash leaves as the old or the new one, and which is trusted no more once a write
 * has failed. Owned by one thread at a time.
 */
final class RecordFile {
    private final String name;
    private final Path file;
    private final Disk disk;
    private Throwable failure;

    private RecordFile(String name, Path file, Disk disk) {
        this.name = name;
        this.file = file;
        this.disk = disk;
    }

    /**
     * Opens the record of a directory and removes what an interrupted write left there. Blocks on the device.
     *
     * @param directory the node's directory
     * @param name what the record and its file are called
     * @param disk the file system
     * @throws StorageException.ForceFailed if the device refuses
     */
    static RecordFile open(Path directory, String name, Disk disk) {
        Path file = directory.resolve(name);
        try {
            disk.delete(AtomicFile.newNameOf(file));
            // A start that died after the rename leaves a record that can be read but that a power cut can still undo.
            disk.forceDirectory(directory);
        } catch (IOException refused) {
            throw new StorageException.ForceFailed(
                    "the device refused to force the directory " + directory + " (" + Refusal.why(refused)
                            + "): check the device, then start the node again",
                    refused);
        }
        return new RecordFile(name, file, disk);
    }

    Path path() {
        return file;
    }

    /** @return all that the file holds; null if nothing was ever written */
    byte[] read() {
        checkNothingFailed();
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException never) {
            return null;
        } catch (IOException unreadable) {
            throw new StorageException(
                    "the " + name + " " + file + " is there but cannot be read (" + Refusal.why(unreadable)
                            + "): check the device and the permissions; without its " + name
                            + " the node must not start",
                    unreadable);
        }
    }

    /** Returns when the device has the record. */
    void write(ByteBuffer record) {
        checkNothingFailed();
        try {
            AtomicFile.replace(file, record, disk);
        } catch (StorageException.DiskFull full) {
            throw full; // nothing but the new file was touched: the old record stands
        } catch (RuntimeException | Error failed) {
            failure = failed;
            throw failed;
        }
    }

    private void checkNothingFailed() {
        if (failure != null) {
            throw new StorageException.ForceFailed(
                    "an earlier write of " + file + " failed, so what the device holds is unknown:"
                            + " stop the node, check the device, then start it again",
                    failure);
        }
    }
}
