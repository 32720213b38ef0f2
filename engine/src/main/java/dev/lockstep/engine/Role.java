package dev.lockstep.engine;

/** What a node is to its cluster at a moment. */
public enum Role {
    /** No cluster has taken it in yet. */
    UNBORN,
    /** It follows, and counts. */
    STANDBY,
    /** It asks for the votes of the others. */
    CANDIDATE,
    /** It sequences. */
    PRIMARY,
    /** It breaks ties, and keeps no log. */
    WITNESS,
    /** It follows, and does not count: as an observer, or because the configuration does not name it. */
    OBSERVER,
    /** It has stopped: by itself, if something failed that it could not go on after, or because it was closed. */
    CLOSED
}
