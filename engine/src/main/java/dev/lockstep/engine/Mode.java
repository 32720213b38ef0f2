package dev.lockstep.engine;

/** When the primary applies and replies. */
public enum Mode {
    /** Once a command is committed. */
    SYNC(1),
    /** At once, ahead of the commit: a primary that is deposed may have to take it back. */
    ASYNC(2);

    private static final Mode[] BY_CODE = {null, SYNC, ASYNC};

    private final short code;

    Mode(int code) {
        this.code = (short) code;
    }

    /** @return what stands for it on disks and wires */
    public short code() {
        return code;
    }

    /**
     * @param code what stands for it
     * @return the mode with this code; null if this version knows none
     */
    public static Mode of(int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }
}
