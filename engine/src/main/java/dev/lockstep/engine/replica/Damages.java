package dev.lockstep.engine.replica;

import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.StorageException;

/**
 * What a node does when its log, or that of another, is not what was written: whoever cannot read its own frame is the
 * damaged side. It puts what it cannot read aside and counts for nothing until it has recovered; nothing is ever cut for
 * it (safety 9, 25, 29). Owned by the replica's thread.
 */
final class Damages {
    private final Core core;
    private final Stage stage;
    private long asideFrom;

    Damages(Core core, Stage stage) {
        this.core = core;
        this.stage = stage;
    }

    /** Somebody sent another frame than the one that is here at the same index and term. */
    void onOtherBytes(int from, long index) {
        if (isSound(index)) {
            core.outbox.damageSuspected(from, index);
        }
    }

    /** The one to whom this node sent a frame holds another one, which is sound. */
    void onSuspected(int from, long index) {
        if (index <= core.log.base().index() || index > core.log.lastIndex()) {
            return;
        }
        if (isSound(index)) {
            core.outbox.bothSound(from, index);
            stop(from, index);
        }
    }

    /** The one to whom this node said that it suspects damage has looked, and found none. */
    void onBothSound(int other, long index) {
        if (index > core.log.base().index() && index <= core.log.lastIndex() && isSound(index)) {
            stop(other, index);
        }
    }

    /** Two frames of one primary at one index: nobody can say which is the cluster's. */
    private static void stop(int other, long index) {
        Invariant.check(
                false,
                "this node and node " + other + " hold different frames of one term at index " + index
                        + ", and both are sound; compare both journals with the inspector before either is started again");
    }

    private boolean isSound(long index) {
        try {
            core.log.holding(index);
            return true;
        } catch (ReplicaLog.Damaged e) {
            onDamage(e.index());
            return false;
        }
    }

    /** This node cannot read what it holds. */
    void onDamage(long index) {
        Config config = core.config();
        if (config != null && config.voters().size() == 1 && core.isDataNode()) {
            throw new StorageException.Damaged("the journal is damaged at index " + index
                    + ", and nobody else has it: look at it with dev.lockstep.storage.inspect.Inspector, then restore"
                    + " the directory from a backup");
        }
        boolean isKnown = isPending() && asideFrom <= index; // whoever reads comes upon it again and again
        if (isKnown) {
            return;
        }
        if (isGone(index)) {
            return; // something was cut, or installed, since it was met
        }
        core.promises.beInDoubt();
        asideFrom = asideFrom == 0 ? index : Math.min(asideFrom, index);
        core.remark("the journal is damaged at index " + index
                + ": what is there is put aside, and fetched anew from the primary");
        stage.follow();
        putAside();
    }

    /** Tries again what there was no room for. */
    void onTick() {
        if (asideFrom > 0) {
            putAside();
        }
    }

    /** @return whether the log holds something that cannot be read, so that nothing may be appended behind it */
    boolean isPending() {
        return asideFrom > 0;
    }

    private boolean isGone(long index) {
        return index > core.log.lastIndex() || index <= core.log.base().index();
    }

    /** First it is on the device that this node counts for nothing. */
    private void putAside() {
        core.promises.beRecovering();
        if (isGone(asideFrom)) {
            asideFrom = 0;
            return;
        }
        asideFrom = core.log.beginningOfDamage(asideFrom); // it may have been met in the midst of a frame
        if (core.log.setAsideFrom(asideFrom)) {
            core.configs.onCut(asideFrom);
            core.listener.onRolledBack(asideFrom - 1);
            asideFrom = 0;
        }
    }
}
