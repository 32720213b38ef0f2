package dev.lockstep.engine;

/** What hot threads do when there is nothing to do. */
public enum Idle {
    /** Spin a little, then yield, then park for at most 50 µs: whoever offers wakes them. */
    BACKOFF,
    /** Let others run, and look again: for machines with a core to spare. */
    YIELD,
    /** Look again at once: for threads with a core of their own. */
    BUSY_SPIN
}
