package dev.lockstep.transport;

/** What came of an offer: a position that is never negative, or one of these. */
public final class SendResult {
    /** The receiver, or the network, does not keep up: offer the same again later. */
    public static final long BACK_PRESSURED = -1;
    /** The link is not up: what is offered now would be lost. */
    public static final long NOT_CONNECTED = -2;
    /** The transport is closed. */
    public static final long CLOSED = -3;
    /** Longer than the stream takes; see {@link Transport#maxMessageBytes}. */
    public static final long TOO_LARGE = -4;

    private SendResult() {}

    /**
     * @param result what an offer returned
     * @return the same in words
     */
    public static String describe(long result) {
        if (result >= 0) {
            return "position " + result;
        }
        return switch ((int) result) {
            case (int) BACK_PRESSURED -> "BACK_PRESSURED";
            case (int) NOT_CONNECTED -> "NOT_CONNECTED";
            case (int) CLOSED -> "CLOSED";
            case (int) TOO_LARGE -> "TOO_LARGE";
            default -> "unknown result " + result;
        };
    }
}
