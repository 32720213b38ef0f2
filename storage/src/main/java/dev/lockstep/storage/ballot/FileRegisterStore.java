package dev.lockstep.storage.ballot;

import dev.lockstep.storage.Disk;
import dev.lockstep.storage.StorageException;
import java.nio.file.Path;

/**
 * Keeps a witness's register in one file of one checksummed record, replaced in one step like the ballot's. Owned by one
 * thread at a time.
 */
public final class FileRegisterStore implements RegisterStore {
    private final RecordFile file;

    private FileRegisterStore(RecordFile file) {
        this.file = file;
    }

    /**
     * Opens the register of a directory and removes what an interrupted write left there. Blocks on the device.
     *
     * @param directory the node's directory; it exists and is locked by the caller
     * @param disk the file system
     * @return the store
     * @throws StorageException.ForceFailed if the device refuses
     */
    public static FileRegisterStore open(Path directory, Disk disk) {
        return new FileRegisterStore(RecordFile.open(directory, RegisterCodec.KIND.name(), disk));
    }

    @Override
    public Reading read() {
        byte[] content = file.read();
        return content == null ? Reading.absent() : RegisterCodec.decode(content, file.path());
    }

    @Override
    public void write(Register register) {
        file.write(RegisterCodec.encode(register));
    }
}
