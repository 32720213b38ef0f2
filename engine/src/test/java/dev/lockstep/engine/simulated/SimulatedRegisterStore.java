package dev.lockstep.engine.simulated;

import dev.lockstep.storage.ballot.Register;
import dev.lockstep.storage.ballot.RegisterStore;

/** The register of a witness that is simulated: what was written is in the {@link File}. */
final class SimulatedRegisterStore implements RegisterStore {
    /** What survives the machine. */
    static final class File {
        private Reading reading = Reading.absent();

        Reading reading() {
            return reading;
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

    SimulatedRegisterStore(File file, SimulatedDevice device, Life life) {
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
    public void write(Register register) {
        life.check();
        device.replace(SmallFile.REGISTER, () -> file.reading = Reading.sound(register));
    }
}
