package dev.lockstep.storage.journal;

/** Why a segment begins where it does. */
enum SegmentOrigin {
    /** It continues the segment before it, or begins the log. */
    ROLL(1),
    /** It ends the history before it early: what earlier segments hold from its base on counts for nothing. */
    CUT(2),
    /** It stands behind a snapshot: no earlier segment counts. */
    SNAPSHOT(3);

    private static final SegmentOrigin[] BY_CODE = {null, ROLL, CUT, SNAPSHOT};

    private final short code;

    SegmentOrigin(int code) {
        this.code = (short) code;
    }

    short code() {
        return code;
    }

    /** @return the origin with this code, or null if there is none */
    static SegmentOrigin of(int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }
}
