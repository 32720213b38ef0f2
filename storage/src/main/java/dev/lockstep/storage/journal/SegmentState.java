package dev.lockstep.storage.journal;

/** What a segment's file is to the log. */
public enum SegmentState {
    /** Its header was forced, and the file has its final name. */
    NAMED,
    /** It holds frames, but was not forced and named yet. */
    UNNAMED,
    /** A cut or a snapshot has taken its place; it is about to be deleted. */
    REPLACED,
    /** Damaged, and kept under another name for whoever wants to know. */
    ASIDE
}
