package dev.lockstep.engine.pipeline;

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
        for (SnapshotManifest each : store.kept()) {
            if (each.last().index() <= index && tryLoad(applier, each.last())) {
                return;
            }
        }
        beginAnew(applier);
    }

    /** A process begins: the log may begin behind a snapshot, and what is in one need not be applied again. */
    void begin(Applier applier, long index) {
        for (SnapshotManifest each : store.kept()) {
            if (each.last().index() <= index
                    && each.last().index() > applier.appliedIndex()
                    && tryLoad(applier, each.last())) {
                return;
            }
        }
    }

    /** The log begins behind that snapshot. */
    void load(Applier applier, FrameRef snapshot) {
        if (applier.appliedIndex() < snapshot.index() && !tryLoad(applier, snapshot)) {
            throw new IllegalStateException(
                    "the snapshot at " + snapshot + " cannot be loaded, and the log begins behind it");
        }
    }

    private boolean tryLoad(Applier applier, FrameRef snapshot) {
        AppliedState state = applier.state();
        state.clear();
        if (!snapshots.load(snapshot, state.sessions(), state.machine())) {
            return false;
        }
        applier.beginAt(snapshot);
        return true;
    }

    private void beginAnew(Applier applier) {
        applier.state().clear();
        initial.load(applier.state().machine());
        applier.beginAt(FrameRef.ORIGIN);
    }
}
