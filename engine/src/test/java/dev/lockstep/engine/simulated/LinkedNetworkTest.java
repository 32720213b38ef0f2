package dev.lockstep.engine.simulated;

import java.util.SplittableRandom;

final class LinkedNetworkTest extends ClusterNetworkContract {
    @Override
    ClusterNetwork network(VirtualTime newTime, SplittableRandom random) {
        return new LinkedNetwork(newTime, random);
    }
}
