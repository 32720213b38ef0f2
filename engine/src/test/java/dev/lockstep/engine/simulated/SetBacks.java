package dev.lockstep.engine.simulated;

import dev.lockstep.engine.Role;
import dev.lockstep.engine.replica.Config;
import dev.lockstep.engine.replica.Member;
import dev.lockstep.engine.replica.Term;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.ballot.Ballot;
import dev.lockstep.storage.ballot.Register;
import dev.lockstep.storage.ballot.RegisterStore;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Knows which nodes have forgotten what they promised, because their disks were set back, and ends the simulation where
 * somebody comes to rely on one of them who could not know.
 *
 * <p>What such a node may say wrongly is this. Its vote, in any term, for its log may lack what was committed with its
 * help, and in the last term that it knew it may be the second one. And while it is in an older term than that, that it
 * follows its primary: it has promised to follow it no more. What it acknowledges besides it does have.
 */
final class SetBacks {
    /**
     * What an identity knew.
     *
     * @param knownTerm the last that it had come to
     * @param knownLast the last frame that it may have acknowledged; null if nobody can say, or if it was a witness
     * @param twin the older process of two, which may still promise something; null if there is only one
     */
    private record Lost(Identity identity, Term knownTerm, FrameRef knownLast, SimulatedNode twin) {
        Term term() {
            return twin == null ? knownTerm : later(knownTerm, termOf(twin));
        }

        FrameRef last() {
            return twin == null || knownLast == null ? knownLast : lastPromised(twin);
        }
    }

    private final SimulatedCluster cluster;
    private final Map<Integer, Lost> lost = new HashMap<>();
    private final Set<Identity> everSetBack = new HashSet<>();

    SetBacks(SimulatedCluster cluster) {
        this.cluster = cluster;
    }

    /** Before its disk is set back. */
    void beforeSetBack(SimulatedNode node) {
        Lost known = of(node.number, node.disk.identity());
        boolean isTwin = known != null && known.twin() != null;
        note(node, isTwin ? null : lastOf(node), isTwin ? known.twin() : null);
    }

    /** Before another process begins on a copy of its disk: that one does not hear what the older one still promises. */
    void beforeClone(SimulatedNode node) {
        note(node, lastOf(node), node);
    }

    /** Before the older one of two processes is over. */
    void beforeEndOfTwin(SimulatedNode twin) {
        Lost known = of(twin.number, twin.disk.identity());
        if (known != null) {
            lost.put(twin.number, new Lost(known.identity(), known.term(), known.last(), null));
        }
    }

    private FrameRef lastOf(SimulatedNode node) {
        return isForgetful(node) ? null : lastPromised(node);
    }

    /** It may have acknowledged all that it has, but for what it has made in its own reign: that it counts as it commits it. */
    private static FrameRef lastPromised(SimulatedNode node) {
        boolean isKnown = node.isRunning()
                && !isWitness(node)
                && !node.replica().isRecovering()
                && node.disk.firstDamagedIndex() == 0;
        if (!isKnown) {
            return null;
        }
        FrameRef last = node.disk.last();
        boolean isPrimary = node.replica().role() == Role.PRIMARY;
        while (isPrimary
                && last != null
                && last.index()
                        > Math.max(
                                node.replica().commitIndex(), node.disk.base().index())
                && last.term() == node.replica().term().number()) {
            last = node.disk.before(last);
        }
        return last;
    }

    private void note(SimulatedNode node, FrameRef last, SimulatedNode twin) {
        Identity identity = node.disk.identity();
        Lost known = of(node.number, identity);
        Term term = known == null ? termOf(node) : later(known.term(), termOf(node));
        everSetBack.add(identity);
        lost.put(node.number, new Lost(identity, term, last, twin));
    }

    private static Term termOf(SimulatedNode node) {
        Ballot ballot = node.disk.ballot().ballot();
        return new Term(ballot.epoch(), ballot.term());
    }

    private static Term later(Term one, Term other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private Lost of(int node, Identity identity) {
        Lost known = lost.get(node);
        return known != null && known.identity().equals(identity) ? known : null;
    }

    /** @return whether it was, though it may have come by all again that it lost, or be somebody else by now */
    boolean wasEver(long identity) {
        return everSetBack.contains(new Identity(identity));
    }

    /** @return whether it lacks, for all that is known, something of the log, or of the register, that it promised to have */
    boolean isForgetful(SimulatedNode node) {
        Lost known = of(node.number, node.disk.identity());
        boolean hasAll = known != null && known.last() != null && node.disk.holds(known.last());
        return known != null && !hasAll && !isMadeGood(node, known.term());
    }

    private static boolean isWitness(SimulatedNode node) {
        return node.disk.files().register().reading().state() != RegisterStore.State.ABSENT;
    }

    /** @return whether that may be its second vote in a term, or go to somebody whose log it would have refused before */
    private boolean mayVoteWrongly(SimulatedNode node, SimulatedNode candidate) {
        Lost known = of(node.number, node.disk.identity());
        if (known == null || candidate.replica().term().compareTo(known.term()) <= 0) {
            return known != null;
        }
        return isForgetful(node) && (known.last() == null || isOlder(candidate.disk.last(), known.last()));
    }

    private static boolean isOlder(FrameRef one, FrameRef other) {
        return one.term() != other.term() ? one.term() < other.term() : one.index() < other.index();
    }

    /**
     * In a later term than any it had come to, it holds something that was committed there: whoever was elected for that
     * held all that was committed before, and it holds that too; and no promise in an older term matters any more.
     */
    private boolean isMadeGood(SimulatedNode node, Term lostTerm) {
        Ballot ballot = node.disk.ballot().ballot();
        if (ballot.epoch() != lostTerm.epoch()) {
            return ballot.epoch() > lostTerm.epoch() && !ballot.recovering();
        }
        RegisterStore.Reading reading = node.disk.files().register().reading();
        if (reading.state() == RegisterStore.State.SOUND) {
            Register register = reading.register();
            return register.epoch() == lostTerm.epoch() && register.term() > lostTerm.number();
        }
        FrameRef committed = cluster.oracle.history(lostTerm.epoch()).last();
        boolean isHeld = node.disk.base().index() >= committed.index() || node.disk.holds(committed);
        return committed.term() > lostTerm.number() && isHeld;
    }

    boolean isAnyForgetful() {
        return cluster.nodes.stream().anyMatch(this::isForgetful);
    }

    /** Before a primary hears that somebody follows it. */
    void onFollowed(SimulatedNode primary, int from) {
        SimulatedNode follower = cluster.node(from);
        Lost known = of(from, follower.disk.identity());
        boolean isLie = known != null && primary.replica().term().compareTo(known.term()) < 0;
        if (isLie && !primary.replica().isSetBack(from)) {
            throw new OutsideTheModel("node " + from + " follows node " + primary.number + " in term "
                    + primary.replica().term() + ", though it came to term " + known.term() + " before");
        }
    }

    /**
     * Somebody is elected: were there enough votes of those who remember what they promised?
     *
     * @param electors who has elected it, besides itself
     * @param whole which of them are not recovering
     */
    void onElected(SimulatedNode primary, BitSet electors, BitSet whole) {
        Config config = primary.replica().config();
        int votes = 0;
        int wholeVotes = 0;
        for (Member each : config.voters()) {
            SimulatedNode voter = cluster.node(each.node());
            boolean isSelf = voter == primary;
            boolean hasElected = isSelf || electors.get(each.node());
            if (hasElected && !mayVoteWrongly(voter, primary)) {
                votes++;
                wholeVotes += isSelf || whole.get(each.node()) ? 1 : 0;
            }
        }
        boolean isEnough =
                votes >= config.majority() && wholeVotes >= config.voters().size() - config.majority() + 1;
        if (!isEnough && !lost.isEmpty()) {
            throw new OutsideTheModel("node " + primary.number + " is elected by one that was set back");
        }
    }

    /**
     * Somebody commits: also the older process of two, by what it has made itself, in a term that the other one has left,
     * though it may have elected somebody since who lacks that.
     */
    void onCommit(SimulatedNode node) {
        if (cluster.older.contains(node) && node.replica().role() == Role.PRIMARY) {
            SimulatedNode copy = cluster.node(node.number);
            boolean hasLeft = copy.isRunning()
                    && copy.replica().term().compareTo(node.replica().term()) > 0;
            if (hasLeft) {
                throw new OutsideTheModel("the older one of two processes of node " + node.number
                        + " commits in a term that the other one has left");
            }
        }
    }

    /** Whoever founds an epoch takes the word of all who answer. */
    void onPromote() {
        if (isAnyForgetful()) {
            throw new OutsideTheModel("an epoch is founded while there is one that was set back");
        }
    }
}
