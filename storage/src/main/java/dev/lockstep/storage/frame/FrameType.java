package dev.lockstep.storage.frame;

/** What a frame carries. */
public enum FrameType {
    /** The application's commands. */
    COMMANDS(1),
    /** A new primary's first frame; carries nothing. */
    NO_OP(2),
    /** Who is a member, and under which rules. */
    CONFIG(3),
    /** Sessions opened, renewed, closed. */
    SESSION(4),
    /** Carries only time, for the timers. */
    TIMER(5),
    /** What nodes say of their states at an index. */
    CHECKPOINT(6);

    private static final FrameType[] BY_CODE = {null, COMMANDS, NO_OP, CONFIG, SESSION, TIMER, CHECKPOINT};

    private final short code;

    FrameType(int code) {
        this.code = (short) code;
    }

    short code() {
        return code;
    }

    /** @return the type with this code, or null if this version knows none */
    static FrameType of(int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }
}
