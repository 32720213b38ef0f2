package dev.lockstep.engine.simulated;

import dev.lockstep.storage.ballot.RegisterStore;
import dev.lockstep.storage.ballot.RegisterStoreContract;

final class SimulatedRegisterStoreTest extends RegisterStoreContract {
    private final SimulatedRecord<RegisterStore.Reading> file = SimulatedRegisterStore.newFile();

    @Override
    protected RegisterStore open() {
        return new SimulatedRegisterStore(file, new SimulatedDevice(), new Life());
    }
}
