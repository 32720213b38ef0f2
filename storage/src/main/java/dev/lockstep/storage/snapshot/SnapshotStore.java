package dev.lockstep.storage.snapshot;

import dev.lockstep.storage.FrameRef;
import java.util.List;
import java.util.Optional;

/**
 * Keeps a node's newest two snapshots. One is complete, verified and durable, or it is not there: a crash or a power
 * cut at any moment leaves what was kept before.
 *
 * <p>May be used from any thread. Only one snapshot is written or received at a time; reading and serving go on beside
 * it, also of one that is removed meanwhile. All methods may block for the device: none belongs on a hot thread.
 *
 * <pre>{@code
 * try (SnapshotWriter writer = store.begin(manifest).orElseThrow()) {
 *     writer.startSection(SnapshotSection.STATE);
 *     writer.write(buffer, 0, length);
 *     writer.publish();
 * }
 * }</pre>
 */
public interface SnapshotStore extends AutoCloseable {
    /** How many are kept. The log is needed behind the older of them. */
    int KEPT = 2;

    /**
     * Does not block. Whatever this names is durable.
     *
     * @return what is kept, newest first; a snapshot of its own that does not change
     */
    List<SnapshotManifest> kept();

    /**
     * Starts a snapshot with its manifest. It becomes visible only when it is published.
     *
     * @param manifest what it will be of
     * @return where to write it; close it in any case. Empty if it is stale: not newer than the newest kept
     * @throws dev.lockstep.storage.StorageException.WrongCluster if it is of another cluster
     * @throws dev.lockstep.storage.StorageException.InUse if another one is being written or received
     * @throws dev.lockstep.storage.StorageException.DiskFull if there is no room; what is kept is intact
     */
    Optional<SnapshotWriter> begin(SnapshotManifest manifest);

    /**
     * Starts to take a snapshot from a peer.
     *
     * @return where to bring its chunks; close it in any case
     * @throws dev.lockstep.storage.StorageException.InUse if another one is being written or received
     */
    SnapshotReceiver receive();

    /**
     * Opens one for reading.
     *
     * @param last the last frame that it includes
     * @return its content; close it in any case. Empty if it is not, or no longer, kept
     * @throws dev.lockstep.storage.StorageException.Damaged if it is damaged; it is set aside and not kept any more
     */
    Optional<SnapshotReader> open(FrameRef last);

    /**
     * Opens one for serving it to a peer.
     *
     * @param last the last frame that it includes
     * @return its sealed chunks; close it in any case. Empty if it is not, or no longer, kept
     * @throws dev.lockstep.storage.StorageException.Damaged if it is damaged; it is set aside and not kept any more
     */
    Optional<SnapshotSource> serve(FrameRef last);

    /**
     * Reads one from end to end and checks every byte. A damaged one is set aside and not kept any more.
     *
     * @param last the last frame that it includes
     * @return whether it is kept and sound
     */
    boolean verify(FrameRef last);

    /**
     * Sets aside what is of a branch of history that was left: durable when this returns. For a node that yields to
     * another epoch (safety 28): until then, snapshots of the new epoch look stale.
     *
     * @param index the last index that both branches share
     * @throws dev.lockstep.storage.StorageException.InUse if one is being written or received: it may be of that branch
     * @throws dev.lockstep.storage.StorageException.ForceFailed if the device refuses
     */
    void orphanBeyond(long index);

    /**
     * From here on nothing is begun, published or opened. What is being read goes on to its own close; what is being
     * written can only be closed.
     */
    @Override
    void close();
}
