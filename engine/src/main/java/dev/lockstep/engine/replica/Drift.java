package dev.lockstep.engine.replica;

import dev.lockstep.storage.snapshot.SnapshotManifest;

/**
 * Sets aside the snapshots of a state that was found to be another one than that of most nodes: this node would load them
 * again, or serve them. But for what the log begins behind: without that it would be no log any more. Owned by the replica's
 * thread.
 */
final class Drift {
    private final Core core;
    private final SnapshotFetcher fetcher;
    private long soundIndex = Applying.SOUND;

    Drift(Core core, SnapshotFetcher fetcher) {
        this.core = core;
        this.fetcher = fetcher;
    }

    void onTick() {
        long now = core.applying.soundIndex();
        if (now == soundIndex) {
            return;
        }
        soundIndex = now;
        boolean isThereAnother =
                core.config() != null && core.config().dataNodes().size() > 1;
        long base = core.log.base().index();
        SnapshotManifest sound = core.snapshots.newestUpTo(now);
        boolean isLogWhole = base == 0 || (sound != null && sound.last().index() >= base);
        if (now != Applying.SOUND && isThereAnother && isLogWhole) {
            fetcher.drop();
            core.snapshots.orphanBeyond(now);
        }
    }
}
