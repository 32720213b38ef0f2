package dev.lockstep.storage.journal;

/** What a reader met. */
public enum ReadResult {
    /** A frame, verified; it can be read until the reader moves on. */
    FRAME,
    /** The end of what is appended; there may be more the next time. */
    END,
    /** What was asked for has been deleted, behind a snapshot. */
    COMPACTED,
    /** The history that this reader followed was cut: what it read last is no longer in the log. */
    CUT,
    /** The bytes are damaged; nothing of them was returned. */
    DAMAGED
}
