package dev.lockstep.engine.simulated;

import dev.lockstep.engine.replica.AckLevel;
import dev.lockstep.engine.replica.Config;
import dev.lockstep.engine.replica.OrphanReport;
import dev.lockstep.engine.replica.ReplicaListener;
import dev.lockstep.engine.replica.Role;
import dev.lockstep.engine.replica.Term;
import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.FrameRef;
import java.util.ArrayList;
import java.util.List;

/** Notes what the replica of one process decides. */
final class ScriptedListener implements ReplicaListener {
    record Acknowledged(long index, AckLevel asked, AckLevel reached) {}

    record Answered(long id, long index) {}

    final List<Acknowledged> acknowledged = new ArrayList<>();
    final List<Answered> readable = new ArrayList<>();
    final List<String> remarks = new ArrayList<>();
    final List<OrphanReport> orphaned = new ArrayList<>();
    final List<Long> committed = new ArrayList<>();
    final List<Long> rolledBack = new ArrayList<>();
    final List<FrameRef> installed = new ArrayList<>();
    private boolean isIntroductionDue;

    /** @return whether the node must say something else of itself since it was last asked */
    boolean takeIntroduction() {
        boolean isDue = isIntroductionDue;
        isIntroductionDue = false;
        return isDue;
    }

    @Override
    public void onRole(Role role, Term term) {}

    @Override
    public void onCommitted(long index) {
        committed.add(index);
    }

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
    public void onRolledBack(long index) {
        rolledBack.add(index);
    }

    @Override
    public void onOrphaned(OrphanReport report) {
        orphaned.add(report);
    }

    @Override
    public void onSnapshotInstalled(FrameRef snapshot) {
        installed.add(snapshot);
    }

    @Override
    public void onIntroduction(ClusterId clusterId, long epoch) {
        isIntroductionDue = true;
    }

    @Override
    public void onTransferFailed(int successor) {
        remarks.add("no transfer to node " + successor);
    }

    @Override
    public void onPromotionFailed(String reason) {
        remarks.add("no promotion: " + reason);
    }

    @Override
    public void onRemark(String remark) {
        remarks.add(remark);
    }
}
