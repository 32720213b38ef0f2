package dev.lockstep.storage.snapshot;

/** What became of a chunk that a peer sent. Only the first two change anything. */
public enum ChunkVerdict {
    /** It was the wanted one, and is kept. */
    ACCEPTED,
    /** It was the last one: the snapshot is published. */
    COMPLETE,
    /** It is sound, but another one is wanted: a duplicate, or one that came too early. */
    UNWANTED,
    /** It is not as it was sealed, or not sealed as a chunk can be. Ask for it again. */
    DAMAGED,
    /** It is sound, but of another snapshot. Close the receiver and start over if this peer's is the better one. */
    FOREIGN,
    /** The snapshot is not newer than the newest kept one. Nothing of it is needed. */
    STALE
}
