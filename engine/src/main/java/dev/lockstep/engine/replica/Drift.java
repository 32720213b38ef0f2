package dev.lockstep.engine.replica;

/**
 * Sees to it that nothing is left of a state that was found to be another one than that of most nodes: snapshots of it, which
 * this node would load again, or serve. Owned by the replica's thread.
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
        if (now != Applying.SOUND && isThereAnother) {
            fetcher.drop();
            core.snapshots.orphanBeyond(now);
        }
    }
}
