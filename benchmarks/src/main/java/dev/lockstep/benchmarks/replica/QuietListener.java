package dev.lockstep.benchmarks.replica;

import dev.lockstep.engine.replica.AckLevel;
import dev.lockstep.engine.replica.Config;
import dev.lockstep.engine.replica.OrphanReport;
import dev.lockstep.engine.replica.ReplicaListener;
import dev.lockstep.engine.replica.Role;
import dev.lockstep.engine.replica.Term;
import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.FrameRef;

/** Notes how far the log is committed, and hears the rest out. */
final class QuietListener implements ReplicaListener {
    private long committedIndex;

    long committedIndex() {
        return committedIndex;
    }

    @Override
    public void onCommitted(long index) {
        committedIndex = index;
    }

    @Override
    public void onRole(Role role, Term term) {}

    @Override
    public void onAcknowledged(long index, AckLevel asked, AckLevel reached) {}

    @Override
    public void onReadable(long id, long index) {}

    @Override
    public void onConfig(Config config) {}

    @Override
    public void onRolledBack(long index) {}

    @Override
    public void onOrphaned(OrphanReport report) {}

    @Override
    public void onSnapshotInstalled(FrameRef snapshot) {}

    @Override
    public void onIntroduction(ClusterId clusterId, long epoch) {}

    @Override
    public void onTransferFailed(int successor) {}

    @Override
    public void onPromotionFailed(String reason) {}

    @Override
    public void onRemark(String remark) {}
}
