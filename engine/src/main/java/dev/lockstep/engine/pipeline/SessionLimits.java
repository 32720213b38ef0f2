package dev.lockstep.engine.pipeline;

/**
 * How many sessions there may be, how long one lives that nobody uses, and how much is kept of what was answered. A part of
 * what every node computes alike: all nodes of a cluster have the same, and so these are no settings.
 *
 * @param maxSessions the one that was idle for longest goes when there are more
 * @param timeoutNs how long a session lives that nobody uses
 * @param keptBytes how many bytes of replies are kept
 * @param maxKeptBytes the longest reply that is kept
 */
record SessionLimits(int maxSessions, long timeoutNs, int keptBytes, int maxKeptBytes) {
    /** Of every engine. */
    static final SessionLimits STANDARD = new SessionLimits(1 << 16, 60_000_000_000L, 16 << 20, 64 << 10);

    /** @return how often a session is renewed that somebody lives with: two of these may find no room */
    long renewalNs() {
        return timeoutNs / 4;
    }

    SessionTable newTable() {
        return new SessionTable(maxSessions, new ReplyLog(keptBytes, maxKeptBytes));
    }
}
