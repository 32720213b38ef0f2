package dev.lockstep.engine.replica;

/** How what a primary sent stands to a standby's log, as the standby answers. */
enum AppendVerdict {
    /** It is the same up to the index. */
    MATCHED(0),
    /** The log ends at the index, before what was sent. */
    GAP(1),
    /** At the index there is a frame of another term. */
    OTHER_HISTORY(2),
    /** What comes before the index was compacted away. */
    BEFORE_BASE(3),
    /** There is no room in the journal now; the log ends at the index. */
    NO_ROOM(4);

    private static final AppendVerdict[] BY_CODE = values();

    private final short code;

    AppendVerdict(int code) {
        this.code = (short) code;
    }

    short code() {
        return code;
    }

    /** @return null if this version does not know it */
    static AppendVerdict of(int code) {
        return code < BY_CODE.length ? BY_CODE[code] : null;
    }
}
