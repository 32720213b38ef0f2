package dev.lockstep.storage.snapshot;

import java.nio.file.Path;
import java.util.Locale;

/**
 * Reads a snapshot's file wherever it lies, as one that was put away does, and changes nothing: what is damaged is named,
 * and stays. Pure; any thread.
 */
public final class SnapshotFiles {
    private SnapshotFiles() {}

    /**
     * @param index the last index that a snapshot includes
     * @return how its file is called
     */
    public static String nameOf(long index) {
        return String.format(Locale.ROOT, "snapshot-%019d.snap", index);
    }

    /**
     * Opens one for its chunks as they are sealed. Blocks for the device.
     *
     * @param file the file
     * @param index the last index that it should include
     * @param remedy what is left to do if it is damaged, as a sentence
     * @return the chunks; close it in any case
     * @throws dev.lockstep.storage.StorageException.Damaged if its structure is damaged, or it is of another index
     * @throws dev.lockstep.storage.StorageException if it cannot be read
     */
    public static SnapshotSource serve(Path file, long index, String remedy) {
        return new FileSnapshotSource(SnapshotFile.open(file, index, remedy));
    }

    /**
     * Opens one for what is in it. Blocks for the device.
     *
     * @param file the file
     * @param index the last index that it should include
     * @param remedy what is left to do if it is damaged, as a sentence
     * @return its content; close it in any case
     * @throws dev.lockstep.storage.StorageException.Damaged if its structure is damaged, or it is of another index
     * @throws dev.lockstep.storage.StorageException if it cannot be read
     */
    public static SnapshotReader read(Path file, long index, String remedy) {
        return new FileSnapshotReader(SnapshotFile.open(file, index, remedy));
    }
}
