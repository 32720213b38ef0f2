package dev.lockstep.engine.replica;

/** What a member counts for. */
public enum MemberKind {
    /** Keeps the log and votes. */
    VOTER(1),
    /** Votes, and keeps no log: it breaks the tie between two that do. */
    WITNESS(2),
    /** Follows, and never counts. */
    OBSERVER(3);

    private static final MemberKind[] BY_CODE = {null, VOTER, WITNESS, OBSERVER};

    private final short code;

    MemberKind(int code) {
        this.code = (short) code;
    }

    short code() {
        return code;
    }

    /** @return the kind with this code; null if this version knows none */
    static MemberKind of(int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }
}
