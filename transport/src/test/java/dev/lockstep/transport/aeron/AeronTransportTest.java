package dev.lockstep.transport.aeron;

import dev.lockstep.transport.TestNetwork;
import dev.lockstep.transport.TransportContract;

final class AeronTransportTest extends TransportContract {
    @Override
    protected TestNetwork network() {
        return new AeronTestNetwork(settings -> settings);
    }
}
