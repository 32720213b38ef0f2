package dev.lockstep.engine.simulated;

/** What is checked at every step of a simulation. */
enum Check {
    /** At most one primary a term. */
    ONE_PRIMARY,
    /** No index has two different frames in one term. */
    ONE_FRAME,
    /** The committed prefix is the same everywhere. */
    ONE_HISTORY,
    /** Each new primary holds every committed frame. */
    PRIMARY_HOLDS_ALL,
    /** At every acknowledgement the copies that it promises exist, or did. */
    COPIES,
    /** Nothing that was acknowledged as committed is lost. */
    NOTHING_LOST,
    /** Commit, term and epoch never go back. */
    MONOTONIC,
    /** Every node computes the same from the same. */
    SAME_STATE,
    /** A linearizable read sees what was acknowledged before it began. */
    FRESH_READS,
    /** What a deposed primary takes back is within what it reports. */
    REPORTED_LOSS,
    /** Cluster time does not go back, and does not follow a single clock. */
    CLUSTER_TIME,
    /** What the replica itself holds to be impossible. */
    INVARIANT,
    /** A healthy, connected quorum commits. */
    LIVENESS,
    /** When the faults end, all come to be the same. */
    CONVERGENCE,
    /** A question who would be elected changes nobody's promises. */
    PRE_VOTE,
    /** Nobody disturbs a primary that is heard. */
    UNDISTURBED,
    /** Whoever stood still holds it against nobody. */
    STALL,
    /** Nothing is taken for damaged that is not. */
    DAMAGE,
    /** What a node promises is written before it leaves. */
    WRITTEN_FIRST,
    /** The same nodes never found a second cluster. */
    ONE_CLUSTER,
    /** A primary counts copies of frames of its own term. */
    OWN_TERM,
    /** One change of the configuration is open at most. */
    ONE_CONFIG,
    /** Whom a witness may elect holds all that is committed. */
    ELECTABLE,
    /** What an older start of a node has said is of no account. */
    STALE,
    /** Whoever is seen to offer less than it had is refused, and nobody else is. */
    SET_BACK,
    /** A node yields only to an epoch that descends from its own. */
    LINEAGE,
    /** What is to be done once is done once at most. */
    ONCE,
    /** What was said not to be applied never is. */
    NOT_APPLIED,
    /** What is answered is what a node that never fails would answer. */
    ANSWER,
    /** Each command is answered once, in order. */
    TOLD_ONCE,
    /** Whoever follows hears what is committed and given to the state machine, each once, in order. */
    FOLLOWED,
    /** Whoever drifted is told so, nobody else is, and what is wrong comes to no other node. */
    DRIFT
}
