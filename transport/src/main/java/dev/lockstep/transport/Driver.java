package dev.lockstep.transport;

/** Where the work between memory and network is done. */
public enum Driver {
    /** In this process, on the thread that calls {@link Transport#invoke}: the shortest way. */
    INVOKED,
    /** In this process, on a thread of its own. */
    OWN_THREAD,
    /** In another process, which owns the directory given. */
    EXTERNAL
}
