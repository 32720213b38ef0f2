package dev.lockstep.engine.replica;

import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.FrameRef;
import java.util.ArrayList;
import java.util.List;

/** Notes what submitters and readers are told, and what a person should know. */
final class NotingListener implements ReplicaListener {
    record Acknowledged(long index, AckLevel asked, AckLevel reached) {}

    record Answered(long id, long index) {}

    final List<Acknowledged> acknowledged = new ArrayList<>();
    final List<Answered> readable = new ArrayList<>();
    final List<FrameRef> installed = new ArrayList<>();
    final List<String> failures = new ArrayList<>();
    final List<String> remarks = new ArrayList<>();

    @Override
    public void onRole(Role role, Term term) {}

    @Override
    public void onCommitted(long index) {}

    @Override
    public void onAcknowledged(long index, AckLevel asked, AckLevel reached) {
        acknowledged.add(new Acknowledged(index, asked, reached));
    }

    @Override
    public void onReadable(long id, long index) {
        readable.add(new Answered(id, index));
    }

    @Override
    public void onConfig(Config config) {}

    @Override
    public void onRolledBack(long index) {}

    @Override
    public void onOrphaned(OrphanReport report) {}

    @Override
    public void onSnapshotInstalled(FrameRef snapshot) {
        installed.add(snapshot);
    }

    @Override
    public void onIntroduction(ClusterId clusterId, long epoch) {}

    @Override
    public void onTransferFailed(int successor) {
        failures.add("no transfer to node " + successor);
    }

    @Override
    public void onPromotionFailed(String reason) {
        failures.add("no promotion: " + reason);
    }

    @Override
    public void onRemark(String remark) {
        remarks.add(remark);
    }
}
