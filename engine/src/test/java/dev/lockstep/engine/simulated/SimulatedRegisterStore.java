package dev.lockstep.engine.simulated;

import dev.lockstep.storage.ballot.Register;
import dev.lockstep.storage.ballot.RegisterStore;

/** The register of a witness that is simulated. */
final class SimulatedRegisterStore implements RegisterStore {
    private final SimulatedRecord<Reading> file;
    private final SimulatedDevice device;
    private final Life life;

    SimulatedRegisterStore(SimulatedRecord<Reading> file, SimulatedDevice device, Life life) {
        this.file = file;
        this.device = device;
        this.life = life;
    }

    /** @return the file of a node that was never a witness */
    static SimulatedRecord<Reading> newFile() {
        return new SimulatedRecord<>(Reading.absent(), Reading::damaged);
    }

    @Override
    public Reading read() {
        life.check();
        return file.reading();
    }

    @Override
    public void write(Register register) {
        life.check();
        device.replace(SmallFile.REGISTER, () -> file.write(Reading.sound(register)));
    }
}
