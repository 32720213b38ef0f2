package dev.lockstep.engine.replica;

import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.ballot.Ballot;
import dev.lockstep.storage.ballot.BallotStore;

/**
 * What this node has promised: its term, and whom it elected there. Each change is on the device before it is shown, and
 * so before any message that rests on it leaves (safety 1 and 2). Owned by the replica's thread.
 */
final class Promises {
    private final BallotStore store;
    private Ballot ballot;
    private Term term;
    /** Whether this node knows that it has forgotten something, and there was no room to write so. */
    private boolean isInDoubt;

    Promises(BallotStore store) {
        this.store = store;
        show(store.read().ballot());
    }

    Identity identity() {
        return ballot.identity();
    }

    ClusterId clusterId() {
        return ballot.clusterId();
    }

    boolean isBorn() {
        return ballot.clusterId().isPresent();
    }

    long start() {
        return ballot.startCounter();
    }

    Term term() {
        return term;
    }

    /** @return whom this node elected in its term, or nobody */
    Identity votedFor() {
        return ballot.votedFor();
    }

    boolean isRecovering() {
        return ballot.recovering() || isInDoubt;
    }

    long configIndex() {
        return ballot.configIndex();
    }

    long configTerm() {
        return ballot.configTerm();
    }

    /**
     * @return whether this node may have forgotten something, and yet has never acknowledged a CONFIG: it has begun to yield
     *     to its epoch, and it is not known that its log was cut at the fork; or it never acknowledged anything
     */
    boolean isYielding() {
        return ballot.recovering() && ballot.configTerm() == 0;
    }

    /** A cluster has taken this node in. */
    void beBorn(ClusterId cluster, Term first) {
        Term newer = first.compareTo(term) > 0 ? first : term;
        write(ballot.withClusterId(cluster)
                .withTerm(newer.epoch(), newer.number())
                .withRecovering(false)); // who was never a member has promised nothing
    }

    /** A newer term is known: this node will do nothing in an older one any more. */
    void raise(Term newer) {
        Invariant.check(newer.compareTo(term) > 0, "a term is raised to one that is not newer");
        write(ballot.withTerm(newer.epoch(), newer.number()));
    }

    /** Elects somebody in the present term, where it has elected nobody else. */
    void elect(Identity candidate) {
        if (!ballot.votedFor().equals(candidate)) {
            write(ballot.withVotedFor(candidate));
        }
    }

    /** Begins the next term, and elects this node there. */
    void campaign() {
        Term next = term.next();
        write(ballot.withTerm(next.epoch(), next.number()).withVotedFor(ballot.identity()));
    }

    /** Promises a term to somebody who founds an epoch: nothing older is acted on any more. */
    void promise(long number, Identity founder) {
        write(ballot.withTerm(term.epoch(), number).withVotedFor(founder));
    }

    /** @return whether this node is in that term, and has promised it to that one */
    boolean isPromisedTo(long number, Identity founder) {
        return ballot.term() == number && ballot.votedFor().equals(founder);
    }

    /** @return whether this node has promised that term to that one, and remembers all that it acknowledged before */
    boolean hasPromised(long number, Identity founder) {
        return isPromisedTo(number, founder) && !isRecovering();
    }

    /**
     * The CONFIG at an index is about to be acknowledged, or is in force again. A node that is recovering has acknowledged
     * what it noted before, though its log does not have it yet: then the note only rises.
     */
    void noteConfig(long index, long configTerm) {
        boolean isSame = ballot.configIndex() == index && ballot.configTerm() == configTerm;
        boolean isOlder =
                configTerm < ballot.configTerm() || (configTerm == ballot.configTerm() && index < ballot.configIndex());
        if (!isSame && !(isOlder && isRecovering())) {
            write(ballot.withConfig(index, configTerm));
        }
    }

    /** Frames are about to be acknowledged that are not flushed. */
    void beDirty() {
        if (!ballot.dirty()) {
            write(ballot.withDirty(true));
        }
    }

    /** All that was ever acknowledged is flushed, and nothing else will be. */
    void beClean() {
        if (ballot.dirty()) {
            write(ballot.withDirty(false));
        }
    }

    /** Something may be missing that this node has acknowledged: from now on, if not yet on the device. */
    void beInDoubt() {
        isInDoubt = true;
    }

    /** Something may be missing that this node has acknowledged. */
    void beRecovering() {
        if (!ballot.recovering()) {
            write(ballot.withRecovering(true));
        }
        isInDoubt = false;
    }

    /**
     * Whatever this node has acknowledged is here again.
     *
     * @param index where the CONFIG stands that is in force in its log; zero if none is
     * @param configTerm that one's term
     */
    void beWhole(long index, long configTerm) {
        if (ballot.recovering()) {
            write(ballot.withRecovering(false).withConfig(index, configTerm));
        }
    }

    /** Belongs to a newer epoch from now on, and must forget what lies beyond the fork before it counts there. */
    void beginToYield(Term newer) {
        write(ballot.withTerm(newer.epoch(), newer.number())
                .withRecovering(true)
                .withConfig(0, 0));
    }

    /**
     * Belongs to a newer epoch from now on, with all that it has: it promised itself to whoever founded that one. What the
     * epoch begins with counts as acknowledged, though its frame is to come; both are written at once, for a node that had
     * forgotten the one would elect nobody.
     *
     * @param index where the CONFIG stands that founds it
     * @param configTerm that one's term
     */
    void goOver(Term newer, long index, long configTerm) {
        write(ballot.withTerm(newer.epoch(), newer.number()).withConfig(index, configTerm));
    }

    /**
     * An epoch begins with this node's log.
     *
     * @param index where its first CONFIG stands
     * @param configTerm that one's term
     */
    void found(long epoch, long index, long configTerm) {
        write(ballot.withTerm(epoch, ballot.term()).withRecovering(false).withConfig(index, configTerm));
    }

    private void write(Ballot next) {
        store.write(next);
        show(next);
    }

    private void show(Ballot next) {
        ballot = next;
        term = new Term(next.epoch(), next.term());
    }
}
