package dev.lockstep.transport;

/** Why a link went down. What was offered and not yet delivered is lost, whichever it was. */
public enum LinkDown {
    /** Nothing is heard of the peer, or it no longer takes anything. */
    PEER_GONE,
    /** The peer was started anew. */
    PEER_RESTARTED,
    /** Messages were lost on the way, in one of the two directions. */
    GAP,
    /** The peer says something of itself that does not fit. */
    REFUSED,
    /** The peer sent what no peer sends. */
    MALFORMED,
    /** This transport was built anew, says something else of itself, or looks for the peer elsewhere. */
    RESTARTED
}
