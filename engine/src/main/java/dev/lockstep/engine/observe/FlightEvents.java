package dev.lockstep.engine.observe;

import dev.lockstep.engine.Role;
import dev.lockstep.engine.replica.Term;
import jdk.jfr.FlightRecorder;

/**
 * Tells Java's flight recorder what a node goes through. Any thread; allocates nothing unless somebody records.
 *
 * <p>A process that never records pays for none of it. The first event class that is loaded makes the recorder read all
 * that it knows, which took 200 ms on the machine that this was written on, and each further one 2 to 4 ms: so they are
 * not touched before a recorder is there, and in a runtime without one never.
 */
public final class FlightEvents {
    private static final boolean IS_THERE =
            ModuleLayer.boot().findModule("jdk.jfr").isPresent();

    private FlightEvents() {}

    private static boolean mayRecord() {
        return IS_THERE && FlightRecorder.isInitialized();
    }

    /**
     * @param role what the node is from now on
     * @param term in which term
     */
    public static void roleChange(Role role, Term term) {
        if (mayRecord() && EventTypes.RoleChange.PROBE.isEnabled()) {
            EventTypes.RoleChange event = new EventTypes.RoleChange();
            event.role = role.name();
            event.term = term.number();
            event.epoch = term.epoch();
            event.commit();
        }
    }

    /**
     * An election in which the node was a candidate is over.
     *
     * @param term the term that it stood for, or in which it gave up
     * @param isWon whether it is the primary now
     */
    public static void election(Term term, boolean isWon) {
        if (mayRecord() && EventTypes.Election.PROBE.isEnabled()) {
            EventTypes.Election event = new EventTypes.Election();
            event.term = term.number();
            event.epoch = term.epoch();
            event.won = isWon;
            event.commit();
        }
    }

    /** @param firstIndex where the journal's new segment begins */
    public static void segmentRoll(long firstIndex) {
        if (mayRecord() && EventTypes.SegmentRoll.PROBE.isEnabled()) {
            EventTypes.SegmentRoll event = new EventTypes.SegmentRoll();
            event.firstIndex = firstIndex;
            event.commit();
        }
    }

    /**
     * A standby has fallen out of the live stream, or comes back.
     *
     * @param node the standby
     * @param fromIndex the first index that it lacks
     */
    public static void catchUp(int node, long fromIndex) {
        if (mayRecord() && EventTypes.CatchUp.PROBE.isEnabled()) {
            EventTypes.CatchUp event = new EventTypes.CatchUp();
            event.node = node;
            event.fromIndex = fromIndex;
            event.commit();
        }
    }

    /**
     * A duty cycle took too long.
     *
     * @param durationNs how long it took
     * @param phase what took the most of it
     */
    static void stall(long durationNs, DutyPhase phase) {
        if (mayRecord() && EventTypes.Stall.PROBE.isEnabled()) {
            EventTypes.Stall event = new EventTypes.Stall();
            event.stalledFor = durationNs;
            event.phase = phase.name();
            event.commit();
        }
    }

    /**
     * @param index what could not be applied
     * @param reason why
     */
    public static void applierStopped(long index, String reason) {
        if (mayRecord() && EventTypes.ApplierStopped.PROBE.isEnabled()) {
            EventTypes.ApplierStopped event = new EventTypes.ApplierStopped();
            event.index = index;
            event.reason = reason;
            event.commit();
        }
    }

    /**
     * The state is built anew from a snapshot and the log.
     *
     * @param fromIndex where the snapshot ends
     * @param toIndex how far it must come before it serves
     */
    public static void rebuild(long fromIndex, long toIndex) {
        if (mayRecord() && EventTypes.Rebuild.PROBE.isEnabled()) {
            EventTypes.Rebuild event = new EventTypes.Rebuild();
            event.fromIndex = fromIndex;
            event.toIndex = toIndex;
            event.commit();
        }
    }

    /**
     * A snapshot was taken here.
     *
     * @param index the last index that it includes
     * @param tookNs for how long nothing was applied
     */
    public static void snapshot(long index, long tookNs) {
        if (mayRecord() && EventTypes.SnapshotTaken.PROBE.isEnabled()) {
            EventTypes.SnapshotTaken event = new EventTypes.SnapshotTaken();
            event.index = index;
            event.took = tookNs;
            event.commit();
        }
    }
}
