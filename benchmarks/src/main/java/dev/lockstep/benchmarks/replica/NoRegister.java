package dev.lockstep.benchmarks.replica;

import dev.lockstep.storage.ballot.Register;
import dev.lockstep.storage.ballot.RegisterStore;

/** The register of a node that is no witness. */
final class NoRegister implements RegisterStore {
    @Override
    public Reading read() {
        return Reading.absent();
    }

    @Override
    public void write(Register register) {
        throw new UnsupportedOperationException("there is no witness here");
    }
}
