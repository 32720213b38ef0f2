package dev.lockstep.engine.simulated;

/** What a node writes beside its log: each may lack room, or fail to be forced, where the others do not. */
enum SmallFile {
    BALLOT,
    REGISTER,
    /** Larger than the others, so that there may be no room for them where there is for those. */
    ORPHANS
}
