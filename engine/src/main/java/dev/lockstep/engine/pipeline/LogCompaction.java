package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.replica.Applying;
import dev.lockstep.storage.journal.Journal;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import dev.lockstep.storage.snapshot.SnapshotStore;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Lets go of the log behind the older of the two snapshots that are kept, less what a standby that was away for a moment
 * may still want. Owned by the hot thread, which writes the journal.
 */
final class LogCompaction {
    private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(10);
    /** What a standby may miss before it needs a snapshot. */
    static final int USUAL_MARGIN = 1 << 14;

    private final Journal journal;
    private final SnapshotStore store;
    private final Applier applier;
    private final JournalRoom room;
    private final int margin;
    private long nextLookNs;

    /** @param margin how many commands more are kept, where there is room */
    LogCompaction(Journal journal, SnapshotStore store, Applier applier, JournalRoom room, int margin, long nowNs) {
        this.room = room;
        this.margin = margin;
        this.journal = journal;
        this.store = store;
        this.applier = applier;
        this.nextLookNs = nowNs;
    }

    void onTurn(long nowNs) {
        if (nowNs - nextLookNs < 0) {
            return;
        }
        nextLookNs = nowNs + LOOK_NS;
        List<SnapshotManifest> kept = store.kept();
        if (room.isMet() && isNothingToBeTaken(kept)) {
            journal.relieve();
        }
        if (kept.size() < SnapshotStore.KEPT) {
            return; // the log is what is left if the only one turns out to be damaged
        }
        long older = kept.get(kept.size() - 1).last().index();
        long wanted = Math.min(older, stateIndex()) + 1 - (room.isScarce() ? 0 : margin);
        if (wanted > 0) {
            journal.compactBelow(wanted); // also what could not go the last time, for it was not flushed yet
        }
    }

    /**
     * @return where the state is that goes on with the log; beyond all of it if this node's is known to be wrong, for then
     *     another one comes of a snapshot, and those are fetched while its own stands still
     */
    private long stateIndex() {
        return applier.soundIndex() == Applying.SOUND ? applier.appliedIndex() : Long.MAX_VALUE;
    }

    /**
     * All is in a snapshot, and the log behind the older one fills its bound: only another one lets go of it. Where nothing
     * is applied any more there will be none.
     */
    private boolean isNothingToBeTaken(List<SnapshotManifest> kept) {
        return !kept.isEmpty()
                && applier.failure() == null
                && kept.get(0).last().index() >= applier.appliedIndex();
    }
}
