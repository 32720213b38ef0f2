package dev.lockstep.engine.pipeline;

/**
 * How much goes into a frame, and how much may be under way.
 *
 * @param closeFrameBytes the length at which a frame takes no further command
 * @param maxCommandBytes the longest command
 * @param maxUnapplied how many indexes may stand in the log that were not applied here
 * @param ackTimeoutNs how long a level is waited for
 * @param renewalNs how often sessions are renewed
 */
record FillerLimits(int closeFrameBytes, int maxCommandBytes, long maxUnapplied, long ackTimeoutNs, long renewalNs) {
    /** With sessions that live as long as those of every engine. */
    FillerLimits(int closeFrameBytes, int maxCommandBytes, long maxUnapplied, long ackTimeoutNs) {
        this(closeFrameBytes, maxCommandBytes, maxUnapplied, ackTimeoutNs, SessionLimits.STANDARD.renewalNs());
    }
}
