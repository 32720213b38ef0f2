package dev.lockstep.engine.simulated;

import dev.lockstep.storage.ballot.Ballot;
import dev.lockstep.storage.ballot.BallotStore;

/** The ballot of a node that is simulated: what was written is in the {@link File}. */
final class SimulatedBallotStore implements BallotStore {
    /** What survives the machine. */
    static final class File {
        private Reading reading = Reading.absent();

        Reading reading() {
            return reading;
        }

        void lose() {
            reading = Reading.absent();
        }

        /** It can no longer be read. */
        void damage() {
            reading = Reading.damaged("the simulator damaged it");
        }

        File copy() {
            File copy = new File();
            copy.reading = reading;
            return copy;
        }
    }

    private final File file;
    private final SimulatedDevice device;
    private final Life life;

    SimulatedBallotStore(File file, SimulatedDevice device, Life life) {
        this.file = file;
        this.device = device;
        this.life = life;
    }

    @Override
    public Reading read() {
        life.check();
        return file.reading;
    }

    @Override
    public void write(Ballot ballot) {
        life.check();
        device.replace(SmallFile.BALLOT, () -> file.reading = Reading.sound(ballot));
    }
}
