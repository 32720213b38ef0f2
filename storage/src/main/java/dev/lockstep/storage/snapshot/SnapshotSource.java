package dev.lockstep.storage.snapshot;

import org.agrona.MutableDirectBuffer;

/**
 * Serves one snapshot's sealed chunks, in any order: number 0 is the manifest, the last one the trailer. Used by one
 * thread at a time; holds one chunk in memory. Goes on when the store removes the snapshot meanwhile.
 */
public interface SnapshotSource extends AutoCloseable {
    /** @return what the snapshot is of */
    SnapshotManifest manifest();

    /** @return how many chunks there are, with manifest and trailer */
    int chunkCount();

    /** @return the length of the longest of them */
    int maxChunkLength();

    /** @return the length of all of them */
    long totalBytes();

    /**
     * Copies one chunk, verified. Blocks for the device.
     *
     * @param number which one, from 0
     * @param buffer where to put it
     * @param offset where to put its first byte
     * @return its length
     * @throws IndexOutOfBoundsException if there is no such chunk, or no room for it in the buffer
     * @throws dev.lockstep.storage.StorageException.Damaged if it is damaged; the snapshot is set aside
     */
    int read(int number, MutableDirectBuffer buffer, int offset);

    @Override
    void close();
}
