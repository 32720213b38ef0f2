package dev.lockstep.engine.replica;

/** How a position stands to a node's log. */
public enum PositionState {
    /** The log holds it, or did. */
    HELD,
    /** The log has not come that far yet, or not into that epoch. */
    AHEAD,
    /**
     * It is of a history that the cluster has left: what was read there may never have been. Or it is of an earlier primary,
     * and so old that the log has nothing left to tell.
     */
    LOST
}
