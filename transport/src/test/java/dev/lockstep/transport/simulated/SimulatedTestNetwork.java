package dev.lockstep.transport.simulated;

import dev.lockstep.transport.Hello;
import dev.lockstep.transport.Peer;
import dev.lockstep.transport.TestNetwork;
import dev.lockstep.transport.Transport;
import java.util.List;

/** A simulated network for the contract: each turn takes a little while. */
final class SimulatedTestNetwork implements TestNetwork {
    private static final long TURN_NS = 50_000;

    private final SimulatedNetwork network;

    SimulatedTestNetwork(long seed, Faults faults) {
        network = new SimulatedNetwork(seed);
        network.faults(faults);
    }

    @Override
    public Transport start(Hello self, int maxMessageBytes, List<Integer> peers) {
        return network.start(
                self,
                maxMessageBytes,
                MAX_CLIENTS,
                peers.stream().map(this::peer).toList());
    }

    @Override
    public Transport startClient(Hello self, int place, List<Integer> nodes) {
        return network.startClient(self, place, nodes.stream().map(this::peer).toList());
    }

    @Override
    public Peer peer(int node) {
        return new Peer(node, "node" + node, 9000);
    }

    @Override
    public void kill(Transport transport, int node) {
        network.kill(transport, node);
    }

    @Override
    public void block(int from, int to) {
        network.block(from, to);
    }

    @Override
    public void unblock(int from, int to) {
        network.unblock(from, to);
    }

    @Override
    public void pass() {
        network.advance(TURN_NS);
    }

    @Override
    public long nowNs() {
        return network.nowNs();
    }

    @Override
    public void close() {
        // nothing is held
    }
}
