package dev.lockstep.storage.journal;

/** Whether the journal has room. */
public enum JournalSpace {
    /** A segment is ready. */
    READY,
    /** The next segment is being made. */
    PREPARING,
    /** The device has no room for the next segment; it is tried again and again. */
    DISK_FULL,
    /** The directory takes all that it may for frames: there is room to the end of the segment in use, and for a cut. */
    BOUND_MET
}
