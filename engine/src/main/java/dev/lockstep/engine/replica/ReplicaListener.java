package dev.lockstep.engine.replica;

import dev.lockstep.engine.Ack;
import dev.lockstep.engine.Role;
import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.FrameRef;

/** Hears what the replica decides. Called on its thread, within its methods; must not call back. */
public interface ReplicaListener {
    /**
     * The role or the term is another one than was told before.
     *
     * @param role what the node is from now on
     * @param term in which term; of a primary it is the fencing token
     */
    void onRole(Role role, Term term);

    /** @param index up to which the log is committed from now on */
    void onCommitted(long index);

    /**
     * What was awaited has come, or its deadline.
     *
     * @param index the command's index
     * @param asked what was asked for
     * @param reached what was reached; {@link Ack#NONE} if the reign ended before: the outcome is unknown
     */
    void onAcknowledged(long index, Ack asked, Ack reached);

    /**
     * A read was confirmed, or cannot be.
     *
     * @param id what the reader called it
     * @param index apply this far, then read; negative if this node cannot say: ask again
     */
    void onReadable(long id, long index);

    /**
     * Another configuration is in force, committed or not; links follow it.
     *
     * @param config the configuration
     */
    void onConfig(Config config);

    /**
     * What stood beyond an index is not in the log any more, or does not count. If the state has come further, rebuild it
     * from the newest snapshot and the log; what was put aside as damaged comes again as it was, what was cut does not.
     *
     * @param index the last index that stands; zero if nothing does
     */
    void onRolledBack(long index);

    /** @param report what was moved aside */
    void onOrphaned(OrphanReport report);

    /** @param snapshot is kept here, durably, and the log begins behind it: load the state from it */
    void onSnapshotInstalled(FrameRef snapshot);

    /**
     * A cluster has taken the node in, or it belongs to another epoch: links must say so.
     *
     * @param clusterId the cluster
     * @param epoch the epoch
     */
    void onIntroduction(ClusterId clusterId, long epoch);

    /** @param successor was to take over, and did not: this node goes on as the primary */
    void onTransferFailed(int successor);

    /** @param reason why no epoch was founded here, though an operator has asked for it */
    void onPromotionFailed(String reason);

    /** @param remark what a person should know; what lasts is told again after a while */
    void onRemark(String remark);
}
