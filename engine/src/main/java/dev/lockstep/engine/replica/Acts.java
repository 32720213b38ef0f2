package dev.lockstep.engine.replica;

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
        change(core.config().withMode(mode));
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

    /** @param lost the voters that are lost for good */
    void promote(List<Integer> lost) {
        if (core.config() == null) {
            throw new ActRefused("this node does not know who is a member; promote one that does");
        }
        promote(core.config(), lost);
    }

    /**
     * @param basis whose voters those are; the present configuration, or that of whoever asked this node to found the epoch
     * @param lost the voters that are lost for good
     */
    void promote(Config basis, List<Integer> lost) {
        Member self = basis.names(core.self(), core.identity()) ? basis.at(core.self()) : null;
        if (self == null
                || !self.isDataNode()
                || basis.epoch() > core.promises.term().epoch()) {
            throw new ActRefused("this node is no voter that keeps the log; promote one that is");
        }
        for (int node : lost) {
            if (node == core.self() || basis.at(node) == null || !basis.at(node).isVoter()) {
                throw new ActRefused("node " + node + " cannot be lost: it is this node, or no voter");
            }
        }
        boolean isServed = stage.duty() instanceof Reigning reigning
                ? !reigning.isLonely()
                : stage.duty().hearsPrimary();
        if (isServed || founding.isUnderWay()) {
            throw new ActRefused("there is a primary, or an epoch is being founded already: nothing is to be promoted");
        }
        founding.begin(basis, lost);
    }

    private static Config legal(java.util.function.Supplier<Config> change) {
        try {
            return change.get();
        } catch (IllegalArgumentException e) {
            throw new ActRefused(e.getMessage());
        }
    }
}
