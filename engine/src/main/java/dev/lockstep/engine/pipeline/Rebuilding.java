package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.observe.FlightEvents;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import dev.lockstep.storage.snapshot.SnapshotStore;

/**
 * Brings the state back to where it was, or forward to a snapshot: what is loaded is the newest snapshot that is of use, or
 * what the state machine began with. On the background thread; takes its time.
 */
final class Rebuilding {
    private final SnapshotStore store;
    private final StateSnapshots snapshots;
    private final MemoryState initial;

    Rebuilding(SnapshotStore store, StateSnapshots snapshots, MemoryState initial) {
        this.store = store;
        this.snapshots = snapshots;
        this.initial = initial;
    }

    /** The state has come further than an index that it must not have come beyond. */
    void rebuild(Applier applier, long index) {
        FlightEvents.rebuild(applier.appliedIndex(), index);
        Skips skips = applier.state().skips();
        for (SnapshotManifest each : store.kept()) {
            boolean isOfUse = each.last().index() <= index
                    && skips.allowSnapshotAt(each.last().index());
            if (isOfUse && tryLoad(applier, each.last())) {
                return;
            }
        }
        begin(applier);
    }

    /** The log begins behind that snapshot. */
    void load(Applier applier, FrameRef snapshot) {
        if (applier.appliedIndex() < snapshot.index() && !tryLoad(applier, snapshot)) {
            throw new IllegalStateException(
                    "the snapshot at " + snapshot + " cannot be loaded, and the log begins behind it");
        }
        if (!applier.state().skips().allowSnapshotAt(snapshot.index())) {
            applier.stop(
                    new EngineException("the snapshot at " + snapshot + ", behind which the log begins, has a command"
                            + " that is skipped. This node applies nothing more, and goes on journaling and voting; remove it,"
                            + " and add it again with an empty directory"));
        }
    }

    private boolean tryLoad(Applier applier, FrameRef snapshot) {
        AppliedState state = applier.state();
        state.clear();
        if (!snapshots.load(snapshot, state.sessions(), state.machine())) {
            return false;
        }
        applier.standAt(snapshot.index());
        return true;
    }

    private void begin(Applier applier) {
        applier.state().clear();
        initial.load(applier.state().machine());
        applier.standAt(0);
        if (!applier.isLogWhole()) {
            applier.stop(new EngineException("the state must be built anew, and what that begins with is gone: the log"
                    + " begins behind a snapshot that is not of use. This node applies nothing more, and goes on"
                    + " journaling and voting; remove it, and add it again with an empty directory"));
        }
    }
}
