package dev.lockstep.transport.simulated;

import dev.lockstep.transport.TestNetwork;
import dev.lockstep.transport.TransportUseContract;

final class SimulatedTransportUseTest extends TransportUseContract {
    @Override
    protected TestNetwork network() {
        return new SimulatedTestNetwork(4711, Faults.NONE);
    }
}
