package dev.lockstep.transport.simulated;

import dev.lockstep.transport.Hello;
import dev.lockstep.transport.Incarnation;
import dev.lockstep.transport.Peer;
import dev.lockstep.transport.Stream;
import dev.lockstep.transport.Transport;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** A node that talks with the other nodes, and with clients if it has places for them. */
class TalkingNode extends Talker {
    final int number;
    private final SimulatedNetwork network;
    private final SplittableRandom random;
    private final int nodes;
    private final int maxClients;
    private Hello self;

    TalkingNode(SimulatedNetwork network, SplittableRandom random, int number, int nodes, int maxClients) {
        super(number);
        this.network = network;
        this.random = random;
        this.number = number;
        this.nodes = nodes;
        this.maxClients = maxClients;
        start();
    }

    static Peer peer(int node) {
        return new Peer(node, "node" + node, 9000);
    }

    @Override
    final Transport open(long start) {
        self = new Hello(1, 0, 1, number, identity, new Incarnation(start, 0));
        List<Peer> peers = IntStream.rangeClosed(1, nodes)
                .filter(node -> node != number)
                .mapToObj(TalkingNode::peer)
                .toList();
        return network.start(self, 2 * LONG_BYTES, maxClients, peers);
    }

    @Override
    final Stream nextStreamTo(int peer) {
        boolean isGuest = Transport.isClient(peer);
        return isGuest ? Stream.CLIENT : Stream.ofMembers().get(random.nextInt(3));
    }

    final void restart() {
        network.kill(transport(), number);
        start();
    }

    /** Says that it is in a later epoch of the log. */
    final void introduceAnew() {
        self = new Hello(1, 0, self.epoch() + 1, number, identity, self.incarnation());
        transport().introduceAs(self);
    }
}
