package dev.lockstep.transport.aeron;

import dev.lockstep.transport.TestNetwork;
import dev.lockstep.transport.TransportUseContract;

final class AeronTransportUseTest extends TransportUseContract {
    @Override
    protected TestNetwork network() {
        return new AeronTestNetwork(settings -> settings);
    }
}
