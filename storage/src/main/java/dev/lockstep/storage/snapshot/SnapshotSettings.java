package dev.lockstep.storage.snapshot;

import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.StorageException;
import java.util.function.Consumer;

/**
 * What a snapshot store is told when it is opened. Immutable.
 *
 * @param cluster the cluster whose snapshots are kept; {@link ClusterId#UNBORN} takes any, but never two
 * @param chunkBytes the longest chunk, sealed; also the memory that a writer or reader takes
 * @param onDamage hears of each damaged snapshot, once, when it is set aside; called on the thread that found the
 *     damage; must not throw
 */
public record SnapshotSettings(ClusterId cluster, int chunkBytes, Consumer<StorageException.Damaged> onDamage) {
    /** The shortest longest chunk. */
    public static final int MIN_CHUNK_BYTES = 4 * 1024;
    /** The longest longest chunk. */
    public static final int MAX_CHUNK_BYTES = 16 * 1024 * 1024;
    /** What is right unless measured otherwise. */
    public static final int DEFAULT_CHUNK_BYTES = 1024 * 1024;

    /**
     * @throws IllegalArgumentException if a chunk may not be that long
     */
    public SnapshotSettings {
        if (!isChunkBytes(chunkBytes)) {
            throw new IllegalArgumentException(
                    "chunkBytes must be " + MIN_CHUNK_BYTES + " to " + MAX_CHUNK_BYTES + ", but is " + chunkBytes);
        }
    }

    /**
     * @param cluster the cluster whose snapshots are kept
     * @param onDamage hears of each damaged snapshot
     * @return the defaults for everything else
     */
    public static SnapshotSettings of(ClusterId cluster, Consumer<StorageException.Damaged> onDamage) {
        return new SnapshotSettings(cluster, DEFAULT_CHUNK_BYTES, onDamage);
    }

    /**
     * @param bytes the longest chunk, sealed
     * @return the same settings with that
     */
    public SnapshotSettings withChunkBytes(int bytes) {
        return new SnapshotSettings(cluster, bytes, onDamage);
    }

    static boolean isChunkBytes(int bytes) {
        return bytes >= MIN_CHUNK_BYTES && bytes <= MAX_CHUNK_BYTES;
    }
}
