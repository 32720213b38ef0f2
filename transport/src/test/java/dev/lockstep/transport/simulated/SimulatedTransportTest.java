package dev.lockstep.transport.simulated;

import dev.lockstep.transport.TestNetwork;
import dev.lockstep.transport.TransportContract;

final class SimulatedTransportTest extends TransportContract {
    @Override
    protected TestNetwork network() {
        return new SimulatedTestNetwork(4711, Faults.NONE);
    }
}
