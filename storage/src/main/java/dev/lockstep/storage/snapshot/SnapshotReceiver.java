package dev.lockstep.storage.snapshot;

import org.agrona.DirectBuffer;

/**
 * Takes one snapshot from peers, chunk by chunk. A link that breaks does no harm: whoever has the same snapshot goes on
 * with the chunk that is wanted. Used by one thread at a time; holds one chunk in memory.
 *
 * <p>After a {@link dev.lockstep.storage.StorageException} from the device the transfer is lost and can only be closed;
 * what was kept before is intact.
 */
public interface SnapshotReceiver extends AutoCloseable {
    /** What {@link #wantedChunk} returns when the snapshot is complete. */
    int NONE = -1;

    /** @return the number of the chunk to bring next, from 0; {@link #NONE} when the snapshot is complete */
    int wantedChunk();

    /** @return what the snapshot is of; null before its first chunk was accepted */
    SnapshotManifest manifest();

    /**
     * Verifies a sealed chunk and keeps it if it is the wanted one. Blocks for the device; with the last chunk the
     * snapshot is published, and is durable and the newest kept one when this returns.
     *
     * @param buffer where it is
     * @param offset its first byte
     * @param length its length
     * @return what became of it
     * @throws dev.lockstep.storage.StorageException.WrongCluster if the snapshot is of another cluster
     * @throws dev.lockstep.storage.StorageException.DiskFull if there is no room
     * @throws dev.lockstep.storage.StorageException.ForceFailed if the device refuses: fatal to the node
     */
    ChunkVerdict onChunk(DirectBuffer buffer, int offset, int length);

    /** Gives up a transfer that is not complete, with all its traces, and lets the next one begin. */
    @Override
    void close();
}
