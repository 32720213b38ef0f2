package dev.lockstep.storage.snapshot;

import org.agrona.DirectBuffer;

/**
 * Writes one snapshot, section after section. Used by one thread at a time; holds one chunk in memory.
 *
 * <p>After a {@link dev.lockstep.storage.StorageException} the snapshot is lost and can only be closed; what was kept before is intact.
 */
public interface SnapshotWriter extends AutoCloseable {
    /** @return what the snapshot is of */
    SnapshotManifest manifest();

    /**
     * Ends the current section and starts a later one; a section that is left out is empty. May block for the device.
     *
     * @param section the section
     * @throws IllegalStateException if that section or a later one was already started
     */
    void startSection(SnapshotSection section);

    /**
     * Adds bytes to the current section. Blocks for the device once a chunk is full. Durable only with {@link #publish}.
     *
     * @param buffer where they are
     * @param offset the first of them
     * @param length how many
     * @throws IllegalStateException if no section was started
     * @throws dev.lockstep.storage.StorageException.DiskFull if there is no room
     * @throws dev.lockstep.storage.StorageException.ForceFailed if the device refuses: fatal to the node
     */
    void write(DirectBuffer buffer, int offset, int length);

    /**
     * Completes the snapshot and makes it the newest kept one; durable when this returns, and only then may anything
     * rely on it. Blocks for the device. Older ones beyond those kept are removed; if only that
     * fails, this throws although the snapshot is published. Call it when the last frame included
     * is committed, not before.
     *
     * @throws dev.lockstep.storage.StorageException.DiskFull if there is no room
     * @throws dev.lockstep.storage.StorageException.ForceFailed if the device refuses: fatal to the node
     */
    void publish();

    /** Gives up a snapshot that was not published, with all its traces, and lets the next one begin. */
    @Override
    void close();
}
