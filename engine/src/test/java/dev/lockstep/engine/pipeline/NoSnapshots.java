package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.replica.SnapshotNeed;

/** None is ever due here. */
final class NoSnapshots implements NodeSnapshots.Taker {
    @Override
    public SnapshotNeed need() {
        return SnapshotNeed.NONE;
    }

    @Override
    public void take() {
        // none is
    }
}
