package dev.lockstep.engine.simulated;

import dev.lockstep.storage.ballot.Ballot;
import dev.lockstep.storage.ballot.BallotStore;

/** The ballot of a node that is simulated: what was written is on the {@link Device}. */
final class SimulatedBallotStore implements BallotStore {
    /** What survives the machine. */
    static final class Device {
        private Reading reading = Reading.absent();

        /** It can no longer be read. */
        void damage() {
            reading = Reading.damaged("the simulator damaged it");
        }
    }

    private final Device device;

    SimulatedBallotStore(Device device) {
        this.device = device;
    }

    @Override
    public Reading read() {
        return device.reading;
    }

    @Override
    public void write(Ballot ballot) {
        device.reading = Reading.sound(ballot);
    }
}
