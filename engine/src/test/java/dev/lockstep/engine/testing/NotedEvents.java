package dev.lockstep.engine.testing;

import dev.lockstep.engine.Ack;
import dev.lockstep.engine.Role;
import dev.lockstep.engine.replica.Config;
import dev.lockstep.engine.replica.OrphanReport;
import dev.lockstep.engine.replica.ReplicaListener;
import dev.lockstep.engine.replica.Term;
import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.FrameRef;
import java.util.ArrayList;
import java.util.List;

/** Notes what the replica of one start decides, for a test to look at. Owned by the replica's thread. */
public class NotedEvents implements ReplicaListener {
    /** What {@link #onAcknowledged} was told. */
    public record Acknowledged(long index, Ack asked, Ack reached) {}

    /** What {@link #onReadable} was told. */
    public record Answered(long id, long index) {}

    public final List<Acknowledged> acknowledged = new ArrayList<>();
    public final List<Answered> readable = new ArrayList<>();
    public final List<Long> committed = new ArrayList<>();
    public final List<Long> rolledBack = new ArrayList<>();
    public final List<OrphanReport> orphaned = new ArrayList<>();
    public final List<FrameRef> installed = new ArrayList<>();
    /** What an operator asked for, and did not get. */
    public final List<String> failures = new ArrayList<>();

    public final List<String> remarks = new ArrayList<>();
    public final List<Integer> failedTransfers = new ArrayList<>();
    private boolean isIntroductionDue;

    /** @return whether the node must say something else of itself since it was last asked */
    public boolean takeIntroduction() {
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
    public void onAcknowledged(long index, Ack asked, Ack reached) {
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
        failedTransfers.add(successor);
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
