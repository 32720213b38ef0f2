package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.Ack;
import dev.lockstep.engine.Role;
import dev.lockstep.engine.replica.Config;
import dev.lockstep.engine.replica.OrphanReport;
import dev.lockstep.engine.replica.ReplicaListener;
import dev.lockstep.engine.replica.Term;
import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.FrameRef;

/** Has two hear what a replica decides: whoever checks it, and then the engine. */
final class HeardTwice implements ReplicaListener {
    private final ReplicaListener first;
    private final ReplicaListener second;

    HeardTwice(ReplicaListener first, ReplicaListener second) {
        this.first = first;
        this.second = second;
    }

    @Override
    public void onRole(Role role, Term term) {
        first.onRole(role, term);
        second.onRole(role, term);
    }

    @Override
    public void onCommitted(long index) {
        first.onCommitted(index);
        second.onCommitted(index);
    }

    @Override
    public void onAcknowledged(long index, Ack asked, Ack reached) {
        first.onAcknowledged(index, asked, reached);
        second.onAcknowledged(index, asked, reached);
    }

    @Override
    public void onReadable(long id, long index) {
        first.onReadable(id, index);
        second.onReadable(id, index);
    }

    @Override
    public void onConfig(Config config) {
        first.onConfig(config);
        second.onConfig(config);
    }

    @Override
    public void onRolledBack(long index) {
        first.onRolledBack(index);
        second.onRolledBack(index);
    }

    @Override
    public void onOrphaned(OrphanReport report) {
        first.onOrphaned(report);
        second.onOrphaned(report);
    }

    @Override
    public void onSnapshotInstalled(FrameRef snapshot) {
        first.onSnapshotInstalled(snapshot);
        second.onSnapshotInstalled(snapshot);
    }

    @Override
    public void onIntroduction(ClusterId clusterId, long epoch) {
        first.onIntroduction(clusterId, epoch);
        second.onIntroduction(clusterId, epoch);
    }

    @Override
    public void onTransferFailed(int successor) {
        first.onTransferFailed(successor);
        second.onTransferFailed(successor);
    }

    @Override
    public void onPromotionFailed(String reason) {
        first.onPromotionFailed(reason);
        second.onPromotionFailed(reason);
    }

    @Override
    public void onRemark(String remark) {
        first.onRemark(remark);
        second.onRemark(remark);
    }
}
