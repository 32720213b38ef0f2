package dev.lockstep.engine.testing;

import dev.lockstep.storage.Identity;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.ballot.Ballot;
import dev.lockstep.storage.ballot.BallotStore;

/** Keeps the ballot of one node. */
public final class MemoryBallots implements BallotStore {
    private Ballot ballot;
    private int roomFor = Integer.MAX_VALUE;

    /** @param identity of a journal that was just made */
    public MemoryBallots(Identity identity) {
        ballot = Ballot.fresh(identity);
    }

    /** @param writes how many there is room for from now on */
    public void roomFor(int writes) {
        roomFor = writes;
    }

    @Override
    public Reading read() {
        return Reading.sound(ballot);
    }

    @Override
    public void write(Ballot next) {
        if (roomFor == 0) {
            throw new StorageException.DiskFull("no room in memory for a ballot", null);
        }
        roomFor--;
        ballot = next;
    }
}
