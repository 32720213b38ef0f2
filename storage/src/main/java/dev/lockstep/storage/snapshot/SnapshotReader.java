package dev.lockstep.storage.snapshot;

import org.agrona.MutableDirectBuffer;

/**
 * Reads one snapshot, section after section. Each chunk is verified before any byte of it is handed out. Used by one
 * thread at a time; holds one chunk in memory. Stays readable when the store removes the snapshot meanwhile.
 */
public interface SnapshotReader extends AutoCloseable {
    /** What {@link #read} returns at the end of a section. */
    int END = -1;

    /** @return what the snapshot is of */
    SnapshotManifest manifest();

    /**
     * Moves to a section; what is skipped is verified too. Blocks for the device.
     *
     * @param section the section
     * @throws IllegalStateException if that section or a later one was already started
     * @throws dev.lockstep.storage.StorageException.Damaged if what is skipped is damaged; the snapshot is set aside
     */
    void startSection(SnapshotSection section);

    /**
     * Takes the next bytes of the section. Blocks for the device when the next chunk is due.
     *
     * @param buffer where to put them
     * @param offset where to put the first of them
     * @param length how many at most, at least one
     * @return how many were put, at least one; {@link #END} at the section's end
     * @throws IllegalStateException if no section was started
     * @throws dev.lockstep.storage.StorageException.Damaged if the next chunk is damaged; nothing of it is handed out,
     *     and the snapshot is set aside
     */
    int read(MutableDirectBuffer buffer, int offset, int length);

    @Override
    void close();
}
