package dev.lockstep.engine.simulated;

import dev.lockstep.engine.Ack;
import dev.lockstep.engine.Role;
import dev.lockstep.engine.replica.Config;
import dev.lockstep.engine.replica.OrphanReport;
import dev.lockstep.engine.replica.ReplicaListener;
import dev.lockstep.engine.replica.Term;
import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.FrameRef;

/** Hears what the replica of one process decides, and tells those who check and those who wait. */
final class NodeListener implements ReplicaListener {
    private final SimulatedCluster cluster;
    private final SimulatedNode node;
    private final AppliedLog state;
    private final PrimaryWatch primaryWatch = new PrimaryWatch();
    private boolean isDead;

    NodeListener(SimulatedCluster cluster, SimulatedNode node, AppliedLog state) {
        this.cluster = cluster;
        this.node = node;
        this.state = state;
    }

    AppliedLog state() {
        return state;
    }

    /** The constructor of the replica has come to its end. */
    void onStarted() {
        cluster.oracle.onStarted(node);
    }

    void onDeath() {
        if (!isDead) {
            isDead = true;
            cluster.workload.onDeath(node);
        }
    }

    @Override
    public void onRole(Role role, Term term) {
        cluster.trace(node.number, "role", role.name().hashCode() * 1_000_003L + term.number());
        cluster.note(
                node.number,
                () -> "is " + role + " of term " + term + ", its log from " + node.disk.base() + " to "
                        + node.disk.last() + ", " + node.disk.ballot());
        if (role == Role.PRIMARY) {
            node.setBackWatch().onElected();
        }
        cluster.oracle.onRole(node, role, term);
    }

    @Override
    public void onCommitted(long index) {
        cluster.trace(node.number, "commit", index);
        cluster.setBacks.onCommit(node);
        cluster.oracle.onCommitted(node, index);
        cluster.workload.onCommitted(node);
        primaryWatch.onCommitted(node, index);
    }

    @Override
    public void onAcknowledged(long index, Ack asked, Ack reached) {
        cluster.trace(
                node.number,
                "ack",
                index * 1_000 + asked.name().hashCode() + reached.name().hashCode());
        cluster.oracle.onAcknowledged(node, index, reached);
    }

    @Override
    public void onReadable(long id, long index) {
        cluster.trace(node.number, "read", index);
        cluster.workload.onReadable(node, id, index);
    }

    @Override
    public void onConfig(Config config) {
        cluster.oracle.onConfig(node, config);
        primaryWatch.onConfig(node);
    }

    @Override
    public void onRolledBack(long index) {
        cluster.trace(node.number, "rolled back", index);
        state.rollBack(index);
        cluster.oracle.onCut(node, index);
    }

    @Override
    public void onOrphaned(OrphanReport report) {
        cluster.trace(node.number, "orphaned", report.firstIndex());
        cluster.oracle.onOrphaned(node, report);
    }

    @Override
    public void onSnapshotInstalled(FrameRef snapshot) {
        cluster.trace(node.number, "installed", snapshot.index());
        state.install(snapshot);
        cluster.oracle.onCut(node, snapshot.index());
    }

    @Override
    public void onIntroduction(ClusterId clusterId, long epoch) {
        cluster.trace(node.number, "introduced", epoch);
        node.introduce();
    }

    @Override
    public void onTransferFailed(int successor) {
        cluster.trace(node.number, "no transfer", successor);
    }

    @Override
    public void onPromotionFailed(String reason) {
        cluster.trace(node.number, "no promotion", reason.hashCode());
        cluster.operator.promoter.onFailed(reason);
    }

    @Override
    public void onRemark(String remark) {
        cluster.remark(node.number, remark);
    }
}
