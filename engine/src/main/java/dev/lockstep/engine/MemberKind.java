package dev.lockstep.engine;

/**
 * What a member counts for: a voter unless {@code /witness} or {@code /observer} is written behind its address, in {@link
 * EngineBuilder#members} and in {@link EngineStatus#members}. It is public for the packages of the engine; no method here takes
 * one.
 */
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

    /** @return what stands for it on disks and wires */
    public short code() {
        return code;
    }

    /**
     * @param code what stands for it
     * @return the kind with this code; null if this version knows none
     */
    public static MemberKind of(int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }
}
