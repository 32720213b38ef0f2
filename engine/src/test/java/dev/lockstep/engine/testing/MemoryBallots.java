package dev.lockstep.engine.testing;

import dev.lockstep.storage.Identity;
import dev.lockstep.storage.ballot.Ballot;
import dev.lockstep.storage.ballot.BallotStore;

/** Keeps the ballot of one node. */
public final class MemoryBallots implements BallotStore {
    private Ballot ballot;

    /** @param identity of a journal that was just made */
    public MemoryBallots(Identity identity) {
        ballot = Ballot.fresh(identity);
    }

    @Override
    public Reading read() {
        return Reading.sound(ballot);
    }

    @Override
    public void write(Ballot next) {
        ballot = next;
    }
}
