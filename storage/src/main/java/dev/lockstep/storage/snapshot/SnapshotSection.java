package dev.lockstep.storage.snapshot;

/** The parts of a snapshot that may be large, in the order in which they are written and read. */
public enum SnapshotSection {
    /** The session table, with the replies kept. */
    SESSIONS(1),
    /** The timers that are due later. */
    TIMERS(2),
    /** What the application's state machine saved. */
    STATE(3);

    private static final SnapshotSection[] BY_CODE = {null, SESSIONS, TIMERS, STATE};

    private final short code;

    SnapshotSection(int code) {
        this.code = (short) code;
    }

    short code() {
        return code;
    }

    /** @return the section with this code, or null if this version knows none */
    static SnapshotSection of(int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }
}
