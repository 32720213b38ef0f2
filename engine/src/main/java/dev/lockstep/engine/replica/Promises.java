package dev.lockstep.engine.replica;

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

    Promises(BallotStore store) {
        this.store = store;
        show(store.read().ballot());
    }

    Identity identity() {
        return ballot.identity();
    }

    Term term() {
        return term;
    }

    /** @return whom this node elected in its term, or nobody */
    Identity votedFor() {
        return ballot.votedFor();
    }

    boolean isRecovering() {
        return ballot.recovering();
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

    private void write(Ballot next) {
        store.write(next);
        show(next);
    }

    private void show(Ballot next) {
        ballot = next;
        term = new Term(next.epoch(), next.term());
    }
}
