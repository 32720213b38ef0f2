package dev.lockstep.engine.replica;

import dev.lockstep.engine.MemberKind;
import dev.lockstep.engine.Mode;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.frame.FrameType;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import dev.lockstep.transport.Transport;
import java.util.List;

/** What an operator may do, and when it is refused (PROTOCOL H). Owned by the replica's thread. */
final class Acts {
    private final Core core;
    private final Stage stage;
    private final Founding founding;

    Acts(Core core, Stage stage, Founding founding) {
        this.core = core;
        this.stage = stage;
        this.founding = founding;
    }

    private Reigning primary() {
        if (stage.duty() instanceof Reigning reigning) {
            return reigning;
        }
        int primary = stage.duty().primary();
        throw new ActRefused("this node is not the primary; "
                + (primary == Duty.NOBODY ? "nobody is, as far as it knows" : "node " + primary + " is"));
    }

    private Reigning primaryThatMayChangeConfig() {
        Reigning reigning = primary();
        if (!reigning.mayChangeConfig()) {
            throw new ActRefused(
                    "another change of the configuration, or the first frame of this reign, is not committed"
                            + " yet; try again");
        }
        return reigning;
    }

    private void change(Config next) {
        if (!primaryThatMayChangeConfig().propose(next)) {
            throw new ActRefused("there is no room in the journal now; try again");
        }
    }

    /** @param member follows from now on, or is the witness */
    void add(Member member) {
        if (member.kind() == MemberKind.VOTER) {
            throw new ActRefused(
                    "node " + member.node() + " must catch up before it votes: add it as an observer first");
        }
        primaryThatMayChangeConfig();
        change(legal(() -> core.config().withAdded(member)));
    }

    /** An observer that has caught up votes from now on. */
    void makeVoter(int node) {
        Standby standby = primaryThatMayChangeConfig().standby(node);
        if (standby == null || !standby.isLive() || !standby.isWhole || standby.matchedIndex < core.commit.index()) {
            throw new ActRefused("node " + node + " has not caught up yet, or is not there; try again when it has");
        }
        change(legal(() -> core.config().withVoter(node)));
    }

    /**
     * @param isConfirmed whether the operator knows that the other one of two data nodes is gone
     */
    void remove(int node, boolean isConfirmed) {
        primaryThatMayChangeConfig();
        if (node == core.self()) {
            throw new ActRefused("this node is the primary: hand over to another one first");
        }
        Config next = legal(() -> core.config().withRemoved(node));
        boolean wasOneOfTwo = core.config().dataNodes().size() == 2
                && next.dataNodes().size() == 1
                && !core.config().hasWitness();
        if (wasOneOfTwo && !isConfirmed) {
            throw new ActRefused("node " + node + " is one of two: without it this node goes on alone. Confirm that it"
                    + " is gone and stays away");
        }
        change(next);
    }

    void setMode(Mode mode) {
        primaryThatMayChangeConfig();
        change(core.config().withMode(mode));
    }

    /**
     * @param index of a command that no node is to apply
     * @param why the operator's reason
     */
    void skip(long index, String why) {
        Frame frame = frameToSkip(index);
        if (frame == null || frame.type() != FrameType.COMMANDS) {
            throw new ActRefused("at index " + index + " there is no command");
        }
        change(legal(() -> core.config().withSkip(new Skip(index, core.log.lastIndex() + 1, null, why))));
    }

    /**
     * @param index the first one of the frame before which the timer would fire
     * @param timer a number; nothing here knows whether one fires there that has it
     * @param why the operator's reason
     */
    void skipTimer(long index, long timer, String why) {
        Frame frame = frameToSkip(index);
        if (frame == null || frame.firstIndex() != index) {
            throw new ActRefused("no timer fires at index " + index + ": timers fire where a frame begins");
        }
        change(legal(() -> core.config().withSkip(new Skip(index, core.log.lastIndex() + 1, timer, why))));
    }

    private Frame frameToSkip(long index) {
        primaryThatMayChangeConfig();
        if (index > core.commit.index()) {
            throw new ActRefused("index " + index + " is not committed; the commit is at " + core.commit.index());
        }
        SnapshotManifest newest = core.snapshots.newest();
        boolean isIncluded = newest != null && newest.last().index() >= index;
        if (isIncluded || index <= core.log.base().index()) {
            throw new ActRefused("index " + index + " is part of a snapshot already: it was applied here, and what"
                    + " comes before it is gone");
        }
        return core.log.frameAt(index);
    }

    /** @param node takes over, once it has all */
    void transfer(int node) {
        Reigning reigning = primary();
        Member member = core.config().at(node);
        Standby standby = reigning.standby(node);
        if (member == null || !member.isDataNode() || standby == null) {
            throw new ActRefused("node " + node + " keeps no log that counts, or is not there; it cannot be primary");
        }
        if (!standby.isLive() || !standby.isWhole) {
            throw new ActRefused("node " + node + " has not caught up yet; try again when it has");
        }
        if (!reigning.isOpen()) {
            throw new ActRefused("this primary has not begun yet, or hands over already");
        }
        reigning.handOver(node);
    }

    /** @param lost those that are lost for good: voters, or whoever else is there and does not answer */
    void promote(List<Integer> lost) {
        if (core.config() == null) {
            throw new ActRefused("this node does not know who is a member; promote one that does");
        }
        for (int node : lost) {
            if (node == core.self() || node < 0 || node > Transport.MAX_NODE) {
                throw new ActRefused(
                        "node " + node + " cannot be lost: it is this node, or none from 0 to " + Transport.MAX_NODE);
            }
        }
        found(lost);
    }

    /**
     * An operator wants an epoch, and this node holds the best log of those who have promised themselves to the node that
     * he asked. It is no longer meant to found one as soon as it has promised anything else.
     *
     * @param from that node
     * @param term what they have promised to it
     * @param lost those that are lost for good; some of them may be no members by this node's configuration
     */
    void promoteInsteadOf(int from, long term, List<Integer> lost) {
        if (!isStillMeant(from, term)) {
            return;
        }
        if (!core.peers.isNamed(from, core.config()) || lost.contains(core.self())) {
            throw new ActRefused(
                    "that one is no member, as far as this node knows, or takes this one for lost; promote this"
                            + " node itself");
        }
        found(lost);
    }

    private boolean isStillMeant(int from, long term) {
        return core.promises.isPromisedTo(term, core.peers.identity(from));
    }

    private void found(List<Integer> lost) {
        if (!core.isDataNode()) {
            throw new ActRefused("this node is no voter that keeps the log; promote one that is");
        }
        boolean isServed = stage.duty() instanceof Reigning reigning
                ? !reigning.isLonely()
                : stage.duty().hearsPrimary();
        if (isServed || founding.isUnderWay()) {
            throw new ActRefused("there is a primary, or an epoch is being founded already: nothing is to be promoted");
        }
        if (founding.isHeldUp()) {
            throw new ActRefused(
                    "a snapshot is kept here that goes beyond the log, and there is no room yet to let the log"
                            + " begin behind it; try again when it is installed");
        }
        founding.begin(lost);
    }

    private static Config legal(java.util.function.Supplier<Config> change) {
        try {
            return change.get();
        } catch (IllegalArgumentException e) {
            throw new ActRefused(e.getMessage());
        }
    }
}
