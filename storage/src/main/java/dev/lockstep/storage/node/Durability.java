package dev.lockstep.storage.node;

/** What a node's acknowledgement of a frame promises. */
public enum Durability {
    /** The frame survives the process. */
    APPENDED,
    /** The frame survives the machine. */
    FLUSHED
}
