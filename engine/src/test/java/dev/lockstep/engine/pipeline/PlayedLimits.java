package dev.lockstep.engine.pipeline;

/**
 * How much a played pipeline takes.
 *
 * @param maxCommandBytes the longest command
 * @param maxReplyBytes the longest reply
 * @param window how many commands of a submitter may be under way
 * @param slots of the submitters' ring
 * @param sessions how many sessions there may be, and so on
 */
public record PlayedLimits(int maxCommandBytes, int maxReplyBytes, int window, int slots, SessionLimits sessions) {
    /** So little that everything comes to its limits. */
    public static final PlayedLimits FEW =
            new PlayedLimits(256, 300, 16, 64, new SessionLimits(48, 3_000_000_000L, 4096, 256));

    /** As much as somebody takes who tries a state machine, on frames of 4 KiB. */
    public static final PlayedLimits PLENTY =
            new PlayedLimits(3_000, 4_000, 64, 256, new SessionLimits(1_024, 60_000_000_000L, 1 << 20, 4_096));

    /** @return how many sessions there may be */
    public int maxSessions() {
        return sessions.maxSessions();
    }

    /** @return how long a session lives that nobody uses */
    public long sessionTimeoutNs() {
        return sessions.timeoutNs();
    }
}
