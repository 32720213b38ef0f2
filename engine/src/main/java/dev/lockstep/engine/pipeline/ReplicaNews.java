package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.Ack;
import dev.lockstep.engine.Mode;
import dev.lockstep.engine.Role;
import dev.lockstep.engine.observe.RoleReport;
import dev.lockstep.engine.replica.Config;
import dev.lockstep.engine.replica.OrphanReport;
import dev.lockstep.engine.replica.ReplicaListener;
import dev.lockstep.engine.replica.Term;
import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.FrameRef;
import java.util.function.Consumer;

/** Tells the parts of the hot thread what the replica has decided. Called within the replica, which must not be called back. */
final class ReplicaNews implements ReplicaListener {
    /** What is to be done about it once the replica has returned. */
    interface Parts {
        void onPrimary(boolean isPrimary);

        void onReadable(long id, long index);

        void onTransferFailed(int successor);

        void onPromotionFailed(String why);

        void onRole(Role role, Term term);
    }

    private final Awaited awaited;
    private final ApplierPlace place;
    private final NodeState node;
    private final RoleReport roles;
    private final Consumer<String> remarks;
    private Parts parts;
    private Term term = new Term(0, 0);
    private Config config;
    private boolean isConfigNew;
    private boolean isIntroductionNew;

    ReplicaNews(Awaited awaited, ApplierPlace place, NodeState node, RoleReport roles, Consumer<String> remarks) {
        this.awaited = awaited;
        this.place = place;
        this.node = node;
        this.roles = roles;
        this.remarks = remarks;
    }

    void tell(Parts newParts) {
        parts = newParts;
    }

    /** @return the configuration, if it is another one than when this was asked last; otherwise null */
    Config takeConfig() {
        Config taken = isConfigNew ? config : null;
        isConfigNew = false;
        return taken;
    }

    /** @return whether links must say something else since this was asked last */
    boolean takeIntroduction() {
        boolean taken = isIntroductionNew;
        isIntroductionNew = false;
        return taken;
    }

    @Override
    public void onRole(Role role, Term newTerm) {
        term = newTerm;
        boolean isPrimary = role == Role.PRIMARY;
        if (!isPrimary) {
            node.publishOpen(false); // before anything else of another reign is told
        }
        parts.onPrimary(isPrimary);
        roles.onRole(role, newTerm);
        parts.onRole(role, newTerm);
    }

    @Override
    public void onCommitted(long index) {
        // the applier is told once a turn
    }

    @Override
    public void onAcknowledged(long index, Ack asked, Ack reached) {
        awaited.onAcknowledged(index, term, asked, reached);
    }

    @Override
    public void onReadable(long id, long index) {
        parts.onReadable(id, index);
    }

    @Override
    public void onConfig(Config newConfig) {
        config = newConfig;
        isConfigNew = true;
        node.publishMode(newConfig.mode() == Mode.ASYNC);
    }

    @Override
    public void onRolledBack(long index) {
        place.rollBack(index);
    }

    @Override
    public void onOrphaned(OrphanReport report) {
        remarks.accept("indexes " + report.firstIndex() + " to " + report.lastIndex() + " of term " + report.firstTerm()
                + " were moved aside, to " + report.file() + ", for the cluster goes on without them: "
                + report.commands()
                + " commands, of which the last that a submitter may have been told of is index "
                + report.acknowledged() + " ("
                + report.level() + ")");
    }

    @Override
    public void onSnapshotInstalled(FrameRef snapshot) {
        place.load(snapshot);
    }

    @Override
    public void onIntroduction(ClusterId clusterId, long epoch) {
        isIntroductionNew = true;
    }

    @Override
    public void onTransferFailed(int successor) {
        parts.onTransferFailed(successor);
    }

    @Override
    public void onPromotionFailed(String reason) {
        parts.onPromotionFailed(reason);
    }

    @Override
    public void onRemark(String remark) {
        remarks.accept(remark);
    }
}
