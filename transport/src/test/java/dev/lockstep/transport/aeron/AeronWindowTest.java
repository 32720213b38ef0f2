package dev.lockstep.transport.aeron;

import dev.lockstep.transport.TestNetwork;
import dev.lockstep.transport.WindowContract;

final class AeronWindowTest extends WindowContract {
    @Override
    protected TestNetwork network() {
        return new AeronTestNetwork(settings -> settings);
    }
}
