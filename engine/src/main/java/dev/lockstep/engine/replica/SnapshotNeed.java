package dev.lockstep.engine.replica;

/** Whether a node should take a snapshot of what it has applied. */
public enum SnapshotNeed {
    /** Its newest one is new enough, or it keeps none at all. */
    NONE(0),
    /** One is due, and it could take it. */
    WANTED(1),
    /** It takes one. */
    TAKING(2),
    /** It applies nothing any more, and has nothing to take one of. */
    UNABLE(3),
    /** It is to have the primary's state, for somebody has decided that this one is right. */
    REBUILDING(4);

    private static final SnapshotNeed[] ALL = values();

    private final int code;

    SnapshotNeed(int code) {
        this.code = code;
    }

    /** @return whether such a node's state is one to go by */
    boolean isApplying() {
        return this != UNABLE && this != REBUILDING;
    }

    int code() {
        return code;
    }

    /** @return what a message says; nothing that this version does not know is needed */
    static SnapshotNeed of(int code) {
        return code > 0 && code < ALL.length ? ALL[code] : NONE;
    }
}
