package dev.lockstep.engine.simulated;

import dev.lockstep.storage.ballot.Ballot;
import dev.lockstep.storage.ballot.BallotStore;

/** The ballot of a node that is simulated. */
final class SimulatedBallotStore implements BallotStore {
    private final SimulatedRecord<Reading> file;
    private final SimulatedDevice device;
    private final Life life;

    SimulatedBallotStore(SimulatedRecord<Reading> file, SimulatedDevice device, Life life) {
        this.file = file;
        this.device = device;
        this.life = life;
    }

    /** @return the file of a node that was never started */
    static SimulatedRecord<Reading> newFile() {
        return new SimulatedRecord<>(Reading.absent(), Reading::damaged);
    }

    @Override
    public Reading read() {
        life.check();
        return file.reading();
    }

    @Override
    public void write(Ballot ballot) {
        life.check();
        device.replace(SmallFile.BALLOT, () -> file.write(Reading.sound(ballot)));
    }
}
