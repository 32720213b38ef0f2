package dev.lockstep.transport.simulated;

import dev.lockstep.transport.ClientContract;
import dev.lockstep.transport.TestNetwork;

final class SimulatedClientTest extends ClientContract {
    @Override
    protected TestNetwork network() {
        return new SimulatedTestNetwork(4712, Faults.NONE);
    }
}
