package dev.lockstep.transport.aeron;

import dev.lockstep.transport.Hello;
import dev.lockstep.transport.Peer;
import dev.lockstep.transport.TestNetwork;
import dev.lockstep.transport.Transport;
import dev.lockstep.transport.TransportSettings;
import dev.lockstep.transport.link.Links;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/** Nodes on this machine's loopback, each with a driver of its own, all driven by one thread. */
final class AeronTestNetwork implements TestNetwork {
    private record Way(int from, int to) {}

    private final UnaryOperator<TransportSettings> adjust;
    private final Map<Integer, Integer> ports = new HashMap<>();
    private final Map<Integer, AeronWire> wires = new HashMap<>();
    private final Set<Way> blocked = new HashSet<>();
    private final Random random = new Random(5);
    private double loss;
    private long pausedNs;

    AeronTestNetwork(UnaryOperator<TransportSettings> adjust) {
        this.adjust = adjust;
    }

    /** Loses a part of all datagrams, in all directions. */
    void lose(double part) {
        loss = part;
    }

    @Override
    public Transport start(Hello self, int maxMessageBytes, List<Integer> peers) {
        int node = self.node();
        TransportSettings settings = adjust.apply(TransportSettings.of(peer(node))
                .withMaxMessageBytes(maxMessageBytes)
                .withMaxClients(MAX_CLIENTS));
        AeronWire wire = AeronWire.open(
                settings, peers.size(), environment((session, isBackwards) -> isHeard(node, session, isBackwards)));
        wires.put(node, wire);
        return links(wire, self, maxMessageBytes, MAX_CLIENTS, peers);
    }

    @Override
    public Transport startClient(Hello self, int place, List<Integer> nodes) {
        TransportSettings settings = adjust.apply(TransportSettings.ofClient());
        AeronWire wire = AeronWire.open(settings, nodes.size(), environment(DatagramFilter.ALL));
        return links(wire, self, 1, 0, nodes);
    }

    private Environment environment(DatagramFilter filter) {
        return new Environment(this::nowNs, InetAddress::getByName, filter);
    }

    private Links links(AeronWire wire, Hello self, int maxMessageBytes, int maxClients, List<Integer> peers) {
        SplittableRandom nonces = new SplittableRandom(random.nextLong());
        Links links = new Links(wire, self, maxMessageBytes, maxClients, this::nowNs, nonces::nextLong);
        peers.forEach(each -> links.add(peer(each)));
        return links;
    }

    /** All processes stand still for so long. */
    void pauseAll(long durationNs) {
        pausedNs += durationNs;
    }

    private boolean isHeard(int node, int sessionId, boolean isBackwards) {
        if (loss > 0 && random.nextDouble() < loss) {
            return false;
        }
        if (blocked.isEmpty()) {
            return true;
        }
        for (Way way : blocked) {
            if (way.to() == node && isOf(way, sessionId, isBackwards)) {
                return false;
            }
        }
        return true;
    }

    /** What goes from one to the other is the one's own frames, and what it says of those that it gets. */
    private boolean isOf(Way way, int sessionId, boolean isBackwards) {
        AeronWire sender = wires.get(isBackwards ? way.to() : way.from());
        return sender != null && sender.outbounds().nodeOfSession(sessionId) == (isBackwards ? way.from() : way.to());
    }

    AeronWire wire(int node) {
        return wires.get(node);
    }

    @Override
    public Peer peer(int node) {
        return new Peer(node, "127.0.0.1", ports.computeIfAbsent(node, key -> Ports.freeRow()));
    }

    @Override
    public void kill(Transport transport, int node) {
        transport.close(); // which says nothing to anybody
        wires.remove(node);
    }

    @Override
    public void block(int from, int to) {
        blocked.add(new Way(from, to));
    }

    @Override
    public void unblock(int from, int to) {
        blocked.remove(new Way(from, to));
    }

    @Override
    public void pass() {
        Thread.onSpinWait();
    }

    @Override
    public long nowNs() {
        return System.nanoTime() + pausedNs;
    }

    @Override
    public void close() {
        // each transport was closed by its user
    }
}
