package dev.lockstep.engine.replica;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The snapshots of a node, as the replica's thread may use them: no method blocks but {@link #orphanBeyond}. What the
 * device is needed for goes on elsewhere, and the answer is there when the same is asked again. One that turns out to be
 * damaged is not kept any more; a device that refuses is thrown, and stops the node.
 */
public interface Snapshots {
    /** What {@link #wantedChunk} returns when the snapshot is kept here, complete and durable. */
    int COMPLETE = -1;
    /** The answer is not there yet: ask again. */
    int LATER = -2;
    /** What was asked for is not, or no longer, kept here. */
    int GONE = -3;

    /** @return what the newest one is of, which is durable; null if there is none */
    SnapshotManifest newest();

    /** @return what the newest one is of that has nothing behind an index; null if there is none */
    SnapshotManifest newestUpTo(long index);

    /** @return whether a snapshot of what was applied here is due, or is being taken */
    SnapshotNeed need();

    /** It is this node's turn to take one, if one is due: it is begun, and goes on elsewhere. May be said again. */
    void take();

    /** @return the length of the longest chunk that is served or taken */
    int maxChunkBytes();

    /**
     * Copies one chunk of a snapshot that is kept here, sealed with a checksum of its own: whoever takes it verifies it.
     *
     * @param snapshot the last frame that it includes
     * @param number which chunk, from 0
     * @param buffer where to put it
     * @param offset where to put its first byte
     * @return its length; {@link #LATER} or {@link #GONE}
     */
    int read(FrameRef snapshot, int number, MutableDirectBuffer buffer, int offset);

    /**
     * Says how far a transfer has come; begins it if it has not begun, in place of any other one.
     *
     * @param snapshot the last frame that it includes
     * @return the chunk to bring next; {@link #COMPLETE}, {@link #LATER}, or {@link #GONE} if it is of no use here any
     *     more, for a newer one is kept
     */
    int wantedChunk(FrameRef snapshot);

    /**
     * Takes a chunk; {@link #wantedChunk} says later what became of it. One that is not wanted, or not as it was sealed, or
     * of another snapshot, changes nothing.
     *
     * @param snapshot the last frame that the snapshot includes
     * @param number which chunk
     * @param buffer where it stands; only during this call
     * @param offset its first byte
     * @param length its length
     */
    void onChunk(FrameRef snapshot, int number, DirectBuffer buffer, int offset, int length);

    /** What comes here, if anything does, is not wanted any more; there is room for another one then, from here or there. */
    void endTransfer();

    /**
     * Sets aside what is of a branch of history that was left: durable when this returns, so that it blocks for the device,
     * a few times for each epoch that this node helps to found, or yields to. A transfer that is under way ends, and so does a snapshot that is being
     * taken here: either may be of that branch.
     *
     * @param index the last index that both branches share
     */
    void orphanBeyond(long index);
}
