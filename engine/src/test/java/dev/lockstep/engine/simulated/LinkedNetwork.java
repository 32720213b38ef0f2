package dev.lockstep.engine.simulated;

import dev.lockstep.transport.Hello;
import dev.lockstep.transport.Peer;
import dev.lockstep.transport.Stream;
import dev.lockstep.transport.Transport;
import dev.lockstep.transport.simulated.Faults;
import dev.lockstep.transport.simulated.SimulatedNetwork;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A network that runs the transport's own links over a simulated wire, from one step of time to the next: slow, and as
 * real as it gets. Nodes have numbers from 1 to {@link #MAX_NODE}.
 */
final class LinkedNetwork implements ClusterNetwork {
    static final int MAX_NODE = 9;
    private static final long STEP_NS = 1_000_000;
    private static final int MAX_MESSAGE_BYTES = 1 << 20;

    private final VirtualTime time;
    private final SplittableRandom random;
    private final SimulatedNetwork wires;
    private final List<LinkedEndpoint> living = new ArrayList<>();
    private final LinkedEndpoint[] reached = new LinkedEndpoint[MAX_NODE + 1];
    private NetworkFaults faults = NetworkFaults.NONE;

    LinkedNetwork(VirtualTime time, SplittableRandom random) {
        this.time = time;
        this.random = random;
        this.wires = new SimulatedNetwork(random.nextLong());
        time.in(STEP_NS, this::step);
    }

    private void step() {
        time.in(STEP_NS, this::step);
        wires.advance(STEP_NS);
        for (LinkedEndpoint process : List.copyOf(living)) {
            process.turn();
        }
    }

    @Override
    public Endpoint open(Hello self, Runnable onArrival) {
        int node = self.node();
        List<Peer> peers = IntStream.rangeClosed(1, MAX_NODE)
                .filter(number -> number != node)
                .mapToObj(number -> new Peer(number, "node" + number, 9000))
                .toList();
        Transport transport = wires.start(self, MAX_MESSAGE_BYTES, 0, peers);
        LinkedEndpoint opened = new LinkedEndpoint(this, node, transport, onArrival);
        if (reached[node] != null) {
            peers.forEach(peer -> breakWay(peer.node(), node)); // the wires led to the older process
        }
        reached[node] = opened;
        living.add(opened);
        return opened;
    }

    void onKilled(LinkedEndpoint process, int node, Transport transport) {
        living.remove(process);
        if (reached[node] == process) {
            reached[node] = null;
            wires.kill(transport, node);
        } else {
            transport.close(); // whoever is reached there lives on
        }
    }

    boolean refuses() {
        return faults.refusedPerMille() > 0 && random.nextInt(1000) < faults.refusedPerMille();
    }

    /** A message was sent, with which the link may break. */
    void onSent(int from, int to, Stream stream) {
        if (faults.gapPerMillion() > 0 && random.nextInt(1_000_000) < faults.gapPerMillion()) {
            wires.gap(from, to, stream);
        }
    }

    @Override
    public void faults(NetworkFaults newFaults) {
        faults = newFaults;
        wires.faults(new Faults(
                faults.minDelayNs(),
                faults.maxDelayNs(),
                faults.lossPerMille(),
                faults.repairNs(),
                0, // the wire's gaps come with time, these with messages
                faults.ghostPerMille(),
                faults.duplicatePerMille(),
                faults.reorderPerMille()));
    }

    @Override
    public void block(int from, int to) {
        wires.block(from, to);
    }

    @Override
    public void unblock(int from, int to) {
        wires.unblock(from, to);
    }

    @Override
    public void unblockAll() {
        wires.unblockAll();
    }

    @Override
    public void breakLink(int one, int other) {
        breakWay(one, other);
        breakWay(other, one);
    }

    private void breakWay(int from, int to) {
        Stream.ofMembers().forEach(stream -> wires.gap(from, to, stream));
    }
}
