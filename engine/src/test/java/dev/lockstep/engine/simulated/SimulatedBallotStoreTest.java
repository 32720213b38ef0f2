package dev.lockstep.engine.simulated;

import dev.lockstep.storage.ballot.BallotStore;
import dev.lockstep.storage.ballot.BallotStoreContract;

final class SimulatedBallotStoreTest extends BallotStoreContract {
    private final SimulatedBallotStore.Device device = new SimulatedBallotStore.Device();

    @Override
    protected BallotStore open() {
        return new SimulatedBallotStore(device);
    }
}
