package dev.lockstep.engine.observe;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/**
 * The events, as the flight recorder shows them. Each has a probe, which tells at no cost whether it is recorded; to load
 * one of these classes costs milliseconds, and the first one far more: see {@link FlightEvents}.
 */
final class EventTypes {
    private EventTypes() {}

    @Category("Lockstep")
    @StackTrace(false)
    private abstract static class LockstepEvent extends Event {}

    @Name("dev.lockstep.RoleChange")
    @Label("Role Change")
    static final class RoleChange extends LockstepEvent {
        static final RoleChange PROBE = new RoleChange();

        @Label("Role")
        String role;

        @Label("Term")
        long term;

        @Label("Epoch")
        long epoch;
    }

    @Name("dev.lockstep.Election")
    @Label("Election")
    static final class Election extends LockstepEvent {
        static final Election PROBE = new Election();

        @Label("Term")
        long term;

        @Label("Epoch")
        long epoch;

        @Label("Won")
        boolean won;
    }

    @Name("dev.lockstep.SegmentRoll")
    @Label("Segment Roll")
    static final class SegmentRoll extends LockstepEvent {
        static final SegmentRoll PROBE = new SegmentRoll();

        @Label("First Index")
        long firstIndex;
    }

    @Name("dev.lockstep.CatchUp")
    @Label("Catch-Up")
    static final class CatchUp extends LockstepEvent {
        static final CatchUp PROBE = new CatchUp();

        @Label("Node")
        int node;

        @Label("From Index")
        long fromIndex;
    }

    @Name("dev.lockstep.Stall")
    @Label("Stall")
    static final class Stall extends LockstepEvent {
        static final Stall PROBE = new Stall();

        @Label("Stalled For")
        @Timespan(Timespan.NANOSECONDS)
        long stalledFor;

        @Label("Phase")
        String phase;
    }

    @Name("dev.lockstep.ApplierStopped")
    @Label("Applier Stopped")
    static final class ApplierStopped extends LockstepEvent {
        static final ApplierStopped PROBE = new ApplierStopped();

        @Label("Index")
        long index;

        @Label("Reason")
        String reason;
    }

    @Name("dev.lockstep.Rebuild")
    @Label("Rebuild")
    static final class Rebuild extends LockstepEvent {
        static final Rebuild PROBE = new Rebuild();

        @Label("From Index")
        long fromIndex;

        @Label("To Index")
        long toIndex;
    }

    @Name("dev.lockstep.SnapshotTaken")
    @Label("Snapshot Taken")
    static final class SnapshotTaken extends LockstepEvent {
        static final SnapshotTaken PROBE = new SnapshotTaken();

        @Label("Index")
        long index;

        @Label("Applier Parked")
        @Timespan(Timespan.NANOSECONDS)
        long took;
    }
}
