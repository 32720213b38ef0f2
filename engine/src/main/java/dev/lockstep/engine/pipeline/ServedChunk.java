package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.replica.Snapshots;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Room for one chunk on its way from the device to a peer. The replica's thread asks, the worker answers: each owns all of
 * it in its turn, which the state hands over.
 */
final class ServedChunk {
    private static final int FREE = 0;
    private static final int ASKED = 1;
    private static final int ANSWERED = 2;

    private final UnsafeBuffer bytes;
    private SnapshotManifest snapshot;
    private int number;
    private int length;
    private int chunkCount;
    /** The replica's alone: when it was last of use, in the order of uses. */
    private long lastUse;

    private volatile int state = FREE;

    ServedChunk(int maxBytes) {
        bytes = new UnsafeBuffer(new byte[maxBytes]);
    }

    // ---- the replica's thread

    /** The same snapshot is the same object: one that was damaged and fetched anew may be cut into other chunks. */
    @SuppressWarnings("ReferenceEquality")
    boolean isOf(SnapshotManifest wanted, int wantedNumber) {
        return state != FREE && snapshot == wanted && number == wantedNumber;
    }

    boolean isAsked() {
        return state == ASKED;
    }

    void ask(SnapshotManifest wanted, int wantedNumber, long use) {
        snapshot = wanted;
        number = wantedNumber;
        lastUse = use;
        state = ASKED;
    }

    /** @return the length of what was copied, or why there is nothing; that is said once, and asked again next time */
    int copy(MutableDirectBuffer buffer, int offset, long use) {
        if (length == Snapshots.GONE) {
            free();
            return Snapshots.GONE;
        }
        lastUse = use;
        buffer.putBytes(offset, bytes, 0, length);
        return length;
    }

    /** @return whether another chunk follows, as far as is known */
    boolean isFollowed() {
        return number + 1 < chunkCount;
    }

    /** @return when it was last of use; what is free was never */
    long lastUse() {
        return state == FREE ? 0 : lastUse;
    }

    /** Only in the replica's turn, or when nothing is asked. */
    void free() {
        state = FREE;
    }

    // ---- the worker

    SnapshotManifest snapshot() {
        return snapshot;
    }

    int number() {
        return number;
    }

    UnsafeBuffer bytes() {
        return bytes;
    }

    /**
     * @param newLength of what was put into {@link #bytes}, or why there is nothing
     * @param newChunkCount of the snapshot
     */
    void answer(int newLength, int newChunkCount) {
        length = newLength;
        chunkCount = newChunkCount;
        state = ANSWERED;
    }
}
