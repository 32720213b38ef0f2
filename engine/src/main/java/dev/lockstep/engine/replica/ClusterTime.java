package dev.lockstep.engine.replica;

/**
 * The cluster's time: never back, with the primary's monotonic clock, and drawn towards its wall clock slowly, so that a
 * clock that is a year ahead neither makes everything expire nor stops time (PROTOCOL J). Owned by the primary's thread.
 */
final class ClusterTime {
    /** A step of the wall clock that a person should know of. */
    static final long ALARM_NS = 1_000_000_000;
    /** Time is drawn towards the wall clock by at most one part of so many: half a millisecond a second. */
    private static final long SLEW = 2_000;

    private final Core core;
    private long timeNs;
    private long nowNs;
    /** What has passed, and was too little to draw anything. */
    private long undrawnNs;

    /** @param wallClockNs what its voters' clocks say */
    ClusterTime(Core core, long wallClockNs) {
        this.core = core;
        this.timeNs = Math.max(core.log.lastTimeNs(), wallClockNs);
        this.nowNs = core.turn.nowNs();
    }

    /** @return the time now, not before any that was given out */
    long timeNs() {
        long passed = core.turn.nowNs() - nowNs;
        nowNs = core.turn.nowNs();
        timeNs += passed + slew(passed);
        return timeNs;
    }

    private long slew(long passed) {
        long ahead = core.turn.wallClockNs() - (timeNs + passed);
        if (Math.abs(ahead) > ALARM_NS) {
            core.remark("this node's clock and the cluster's time are more than a second apart; look after its clock");
        }
        undrawnNs += passed;
        long bound = undrawnNs / SLEW;
        undrawnNs -= bound * SLEW;
        return Math.max(-bound, Math.min(bound, ahead));
    }
}
