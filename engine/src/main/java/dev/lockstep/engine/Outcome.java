package dev.lockstep.engine;

/** What became of a command. */
public enum Outcome {
    /** It was applied, once. */
    APPLIED(0),
    /** It was applied, once, and the state machine said no. */
    REJECTED(1),
    /** It was not applied, for something else was since the index that it expected. */
    OUTDATED(2),
    /** The primary's journal has it: that is all that the submitter wanted to know. */
    ACCEPTED(3),
    /** It was applied, once, and the reply is not told: it is not kept any more, or longer than {@code maxReplyBytes}. */
    REPLY_GONE(4),
    /** It was not applied, and will not be. */
    NOT_APPLIED(5),
    /** It may have been applied, or may yet be: nobody here can know. */
    UNKNOWN(6),
    /** It was not applied, for an operator has decided so ({@link Engine#skip}); do not send it again. */
    SKIPPED(7);

    private static final Outcome[] BY_CODE = values();

    private final int code;

    Outcome(int code) {
        this.code = code;
    }

    /** @return what stands for it in logs and rings */
    public int code() {
        return code;
    }

    /**
     * @param code what stands for it
     * @return the outcome
     */
    public static Outcome of(int code) {
        return BY_CODE[code];
    }
}
