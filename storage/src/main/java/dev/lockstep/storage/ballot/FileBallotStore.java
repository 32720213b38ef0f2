package dev.lockstep.storage.ballot;

import dev.lockstep.storage.Disk;
import dev.lockstep.storage.Refusal;
import dev.lockstep.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Keeps the ballot in one file of one checksummed record. Owned by one thread at a time.
 *
 * <p>Each write makes a new file, forces it, renames it over the old one and forces the directory, so that a crash
 * anywhere in between leaves the old or the new ballot.
 */
public final class FileBallotStore implements BallotStore {
    private static final String FILE_NAME = "ballot";

    private final Path file;
    private final Disk disk;
    private Throwable failure;

    private FileBallotStore(Path file, Disk disk) {
        this.file = file;
        this.disk = disk;
    }

    /**
     * Opens the ballot of a directory and removes what an interrupted write left there. Blocks on the device.
     *
     * @param directory the node's directory; it exists and is locked by the caller
     * @param disk the file system
     * @return the store
     * @throws StorageException.ForceFailed if the device refuses
     */
    public static FileBallotStore open(Path directory, Disk disk) {
        Path file = directory.resolve(FILE_NAME);
        try {
            disk.delete(AtomicFile.newNameOf(file));
            // A start that died after the rename leaves a ballot that can be read but that a power cut can still undo.
            disk.forceDirectory(directory);
        } catch (IOException refused) {
            throw new StorageException.ForceFailed(
                    "the device refused to force the directory " + directory + " (" + Refusal.why(refused)
                            + "): check the device, then start the node again",
                    refused);
        }
        return new FileBallotStore(file, disk);
    }

    @Override
    public Reading read() {
        checkNothingFailed();
        try {
            return BallotCodec.decode(Files.readAllBytes(file), file);
        } catch (NoSuchFileException never) {
            return Reading.absent();
        } catch (IOException unreadable) {
            throw new StorageException(
                    "the ballot " + file + " is there but cannot be read (" + Refusal.why(unreadable)
                            + "): check the device and the permissions; without its ballot the node must not start",
                    unreadable);
        }
    }

    @Override
    public void write(Ballot ballot) {
        checkNothingFailed();
        try {
            AtomicFile.replace(file, BallotCodec.encode(ballot), disk);
        } catch (StorageException.DiskFull full) {
            throw full; // nothing but the new file was touched: the old ballot stands
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
