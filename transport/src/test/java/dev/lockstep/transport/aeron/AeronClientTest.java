package dev.lockstep.transport.aeron;

import dev.lockstep.transport.ClientContract;
import dev.lockstep.transport.TestNetwork;

final class AeronClientTest extends ClientContract {
    @Override
    protected TestNetwork network() {
        return new AeronTestNetwork(settings -> settings);
    }
}
