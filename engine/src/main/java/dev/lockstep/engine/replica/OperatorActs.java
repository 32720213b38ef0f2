package dev.lockstep.engine.replica;

import dev.lockstep.engine.Mode;
import dev.lockstep.storage.Ownership;
import dev.lockstep.storage.StorageException;
import java.util.List;
import java.util.function.Consumer;

/**
 * What an operator may do at a node. When such a method returns the act is begun, and it is done when the listener hears of
 * what it brings; when it throws {@link ActRefused} nothing has happened, and the reason says what would help. Owned by the
 * replica's thread.
 */
public final class OperatorActs {
    private final Ownership ownership;
    private final Acts acts;
    private final Consumer<ReplicaLog.Damaged> damage;

    OperatorActs(Ownership ownership, Acts acts, Consumer<ReplicaLog.Damaged> damage) {
        this.ownership = ownership;
        this.acts = acts;
        this.damage = damage;
    }

    /**
     * A node follows from now on.
     *
     * @param member an observer, or a witness
     * @throws ActRefused if that would do harm
     */
    public void add(Member member) {
        act(() -> acts.add(member));
    }

    /**
     * @param node an observer that has caught up: it votes from now on
     * @throws ActRefused if that would do harm
     */
    public void makeVoter(int node) {
        act(() -> acts.makeVoter(node));
    }

    /**
     * @param node is no member any more
     * @param isConfirmed whether it is known to be gone, if it is one of two
     * @throws ActRefused if that would do harm
     */
    public void remove(int node, boolean isConfirmed) {
        act(() -> acts.remove(node, isConfirmed));
    }

    /**
     * @param mode when the primary applies from now on
     * @throws ActRefused if this is not the primary, or another change is not committed yet
     */
    public void setMode(Mode mode) {
        act(() -> acts.setMode(mode));
    }

    /**
     * No node applies a command, whenever it comes to it; who has applied it rebuilds its state without it.
     *
     * @param index of a command that is committed
     * @param why the operator's reason
     * @throws ActRefused if this is not the primary, another change is not committed yet, or there is no such command
     */
    public void skip(long index, String why) {
        act(() -> acts.skip(index, why));
    }

    /**
     * A timer fires on no node; who has had it fire rebuilds its state without that.
     *
     * @param index the first one of a frame that is committed
     * @param timer the number of a timer that fires before it
     * @param why the operator's reason
     * @throws ActRefused if this is not the primary, another change is not committed yet, or no frame begins there
     */
    public void skipTimer(long index, long timer, String why) {
        act(() -> acts.skipTimer(index, timer, why));
    }

    /**
     * @param node takes over, once it has all; if it does not the listener hears of it
     * @throws ActRefused if it cannot
     */
    public void transfer(int node) {
        act(() -> acts.transfer(node));
    }

    /**
     * Those who are left go on in another epoch; this node founds it, or the one of them that has the best log. Each voter
     * among them must answer, and whoever else is there, for it may know of something that was committed. If nobody founds
     * it the listener hears of it; so it does if this node goes down before it has: then nothing comes of it.
     *
     * @param lost those that are lost for good
     * @throws ActRefused if there is a primary, or this node cannot found one, or not yet
     */
    public void promote(List<Integer> lost) {
        act(() -> acts.promote(lost));
    }

    private void act(Runnable act) {
        ownership.check();
        try {
            act.run();
        } catch (ReplicaLog.Damaged e) {
            damage.accept(e);
            throw new ActRefused(e.getMessage() + ", and is mended first; try again when this node is whole");
        } catch (StorageException.DiskFull e) {
            throw new ActRefused(e.getMessage());
        }
    }
}
