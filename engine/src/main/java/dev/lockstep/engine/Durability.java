package dev.lockstep.engine;

/** What it takes for a node to count as having something, cluster-wide. */
public enum Durability {
    /** It stands in the journal's memory map: it survives the process. The device follows in the background. */
    APPENDED,
    /** It was forced to the device: it survives the machine. */
    FLUSHED
}
