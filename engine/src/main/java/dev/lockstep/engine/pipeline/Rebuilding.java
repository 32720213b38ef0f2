package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.observe.FlightEvents;
import dev.lockstep.engine.replica.CheckpointVotes;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import dev.lockstep.storage.snapshot.SnapshotStore;
import java.util.ArrayList;
import java.util.List;

/**
 * Brings the state back to where it was, or forward to a snapshot: what is loaded is the newest snapshot that is of use, or
 * what the state machine began with. On the background thread; takes its time.
 */
final class Rebuilding {
    private final SnapshotStore store;
    private final StateSnapshots snapshots;
    private final MemoryState initial;
    /** Whether a snapshot was begun that turned out to be of no use. */
    private boolean isHalfLoaded;
    /** Those of the kept ones that could not be loaded: neither they nor the code change while the node runs. */
    private final List<SnapshotManifest> refused = new ArrayList<>(SnapshotStore.KEPT);

    Rebuilding(SnapshotStore store, StateSnapshots snapshots, MemoryState initial) {
        this.store = store;
        this.snapshots = snapshots;
        this.initial = initial;
    }

    /** Any thread. */
    long newestIndex() {
        SnapshotManifest newest = Kept.newest(store.kept());
        return newest == null ? 0 : newest.last().index();
    }

    /** Any thread. @return whether the log can be applied from its beginning, or behind a snapshot of before the state drifted */
    boolean isOneSound(Applier applier) {
        long base = applier.logBase();
        SnapshotManifest sound = Kept.newestUpTo(store.kept(), applier.soundIndex());
        return base == 0 || (sound != null && sound.last().index() >= base);
    }

    /** A node has started, or needs a snapshot to go on: the newest one that is of use, if there is one. */
    void begin(Applier applier, long committed) {
        applier.adoptSkips();
        if (tryLoadNewest(applier, committed) || applier.isStranded()) {
            return;
        }
        if (isHalfLoaded) {
            beginAnew(applier);
        } else {
            checkLog(applier);
        }
    }

    /**
     * The state has come further than an index that it must not have come beyond, or may be of no use. What could not be
     * loaded is tried again: whoever asks for it may have mended what the state machine needs.
     */
    void rebuild(Applier applier, long index) {
        refused.clear();
        long before = applier.appliedIndex();
        if (!tryLoadNewest(applier, index)) {
            beginAnew(applier);
        }
        FlightEvents.rebuild(applier.appliedIndex(), before);
    }

    /** The state is to be what that makes of it, or nothing: the others may be wrong. */
    void rebuildFrom(Applier applier, FrameRef snapshot) {
        refused.clear();
        long before = applier.appliedIndex();
        CheckpointVotes dispute = applier.dispute();
        EngineException obstacle = null;
        try {
            SnapshotManifest manifest = Kept.find(store.kept(), snapshot);
            boolean isOfUse = manifest != null
                    && snapshot.index() >= applier.logBase()
                    && applier.state().skips().allowSnapshotAt(snapshot.index());
            if (isOfUse && tryLoad(applier, manifest)) {
                FlightEvents.rebuild(applier.appliedIndex(), before);
                return;
            }
        } catch (EngineException e) {
            obstacle = e;
        }
        applier.state().checkpoints().dispute(dispute); // nobody has settled it
        applier.stop(new EngineException(
                "the snapshot at " + snapshot + ", which came from the primary for this node's state to be built from,"
                        + " cannot be loaded, and the others may be wrong; take another one there, Engine.snapshot(), and"
                        + " ask again",
                obstacle));
    }

    private boolean tryLoadNewest(Applier applier, long index) {
        Skips skips = applier.state().skips();
        long base = applier.logBase();
        List<SnapshotManifest> kept = store.kept();
        refused.removeIf(each -> !Kept.is(kept, each));
        EngineException tooNew = null;
        for (SnapshotManifest each : kept) {
            long last = each.last().index();
            boolean isOfUse = last <= index && last >= base && skips.allowSnapshotAt(last) && !refused.contains(each);
            try {
                if (isOfUse && tryLoad(applier, each)) {
                    return true;
                }
            } catch (EngineException e) {
                tooNew = tooNew == null ? e : tooNew;
            }
        }
        if (tooNew != null && base > 0) {
            applier.stop(tooNew); // there is no other way to come to what it has
            return true;
        }
        return false;
    }

    /** The log begins behind that snapshot, so what was applied is of another history, or comes less far. */
    void load(Applier applier, FrameRef snapshot) {
        applier.adoptSkips();
        try {
            SnapshotManifest manifest = Kept.find(store.kept(), snapshot);
            if (manifest == null || !tryLoad(applier, manifest)) {
                applier.strand(); // it was damaged, or set aside, since it was installed: another one is to come
                return;
            }
        } catch (EngineException e) {
            applier.stop(e);
            return;
        }
        if (!applier.state().skips().allowSnapshotAt(snapshot.index())) {
            applier.stop(
                    new EngineException("the snapshot at " + snapshot + ", behind which the log begins, has a command"
                            + " that is skipped. This node applies nothing more, and goes on journaling and voting; remove it,"
                            + " and add it again with an empty directory"));
        }
    }

    private boolean tryLoad(Applier applier, SnapshotManifest manifest) {
        AppliedState state = applier.state();
        state.clear();
        isHalfLoaded = true;
        try {
            if (!snapshots.load(manifest.last(), state.parts())) {
                return false;
            }
        } catch (EngineException e) {
            refused.add(manifest);
            throw e;
        }
        isHalfLoaded = false;
        state.onLoaded(manifest);
        applier.beginAt(manifest.last());
        return true;
    }

    private void beginAnew(Applier applier) {
        applier.state().clear();
        initial.load(applier.state().machine());
        isHalfLoaded = false;
        applier.beginAt(FrameRef.ORIGIN);
        checkLog(applier);
    }

    private static void checkLog(Applier applier) {
        if (applier.logBase() > applier.appliedIndex()) {
            applier.strand();
        }
    }
}
