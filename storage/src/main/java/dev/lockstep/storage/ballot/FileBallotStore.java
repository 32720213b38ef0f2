package dev.lockstep.storage.ballot;

import dev.lockstep.storage.Disk;
import dev.lockstep.storage.StorageException;
import java.nio.file.Path;

/**
 * Keeps the ballot in one file of one checksummed record. Owned by one thread at a time.
 *
 * <p>Each write makes a new file, forces it, renames it over the old one and forces the directory, so that a crash
 * anywhere in between leaves the old or the new ballot.
 */
public final class FileBallotStore implements BallotStore {
    private final RecordFile file;

    private FileBallotStore(RecordFile file) {
        this.file = file;
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
        return new FileBallotStore(RecordFile.open(directory, BallotCodec.KIND.name(), disk));
    }

    @Override
    public Reading read() {
        byte[] content = file.read();
        return content == null ? Reading.absent() : BallotCodec.decode(content, file.path());
    }

    @Override
    public void write(Ballot ballot) {
        file.write(BallotCodec.encode(ballot));
    }
}
