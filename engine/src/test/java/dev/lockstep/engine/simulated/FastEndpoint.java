package dev.lockstep.engine.simulated;

import dev.lockstep.transport.Hello;
import dev.lockstep.transport.SendResult;
import dev.lockstep.transport.Stream;
import dev.lockstep.transport.Transport;
import dev.lockstep.transport.simulated.SimulatedNetwork;
import java.util.ArrayDeque;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** One process in a {@link FastNetwork}. */
final class FastEndpoint implements ClusterNetwork.Endpoint {
    /** The longest message of all, on {@link Stream#BULK}. */
    static final int MAX_MESSAGE_BYTES = 1 << 20;

    private final FastNetwork network;
    private final Runnable onArrival;
    private final FastLink[] links = new FastLink[Transport.MAX_NODE + 1];
    private final ArrayDeque<Flight> inbox = new ArrayDeque<>();
    private final UnsafeBuffer delivery = new UnsafeBuffer(new byte[0]);
    /** Who was met last at each node. */
    private final Hello[] met = new Hello[Transport.MAX_NODE + 1];

    private Hello hello;
    private boolean dead;

    FastEndpoint(FastNetwork network, Hello hello, Runnable onArrival) {
        this.network = network;
        this.hello = hello;
        this.onArrival = onArrival;
    }

    int node() {
        return hello.node();
    }

    Hello hello() {
        return hello;
    }

    /** @return this side of the present life of a link; null if it has none */
    FastLink link(int peer) {
        return links[peer];
    }

    void put(FastLink link) {
        links[link.peer] = link;
    }

    void remove(FastLink link) {
        if (links[link.peer] == link) {
            links[link.peer] = null;
        }
    }

    @Override
    public long offer(int node, Stream stream, DirectBuffer buffer, int offset, int length) {
        if (dead) {
            return SendResult.CLOSED;
        }
        FastLink link = node <= Transport.MAX_NODE ? links[node] : null;
        if (link == null) {
            return SendResult.NOT_CONNECTED;
        }
        if (length <= 0 || stream == Stream.CLIENT) {
            throw new IllegalArgumentException(length + " bytes on " + stream + ": nodes send at least one, and not"
                    + " on the stream of clients");
        }
        if (length > (stream == Stream.BULK ? MAX_MESSAGE_BYTES : SimulatedNetwork.MAX_WHOLE_BYTES)) {
            return SendResult.TOO_LARGE;
        }
        return link.send(stream, buffer, offset, length);
    }

    void receive(Flight flight) {
        if (!dead) {
            inbox.add(flight);
            onArrival.run();
        }
    }

    @Override
    public void poll(ClusterNetwork.Handler handler) {
        // The handler may kill the process, which empties the inbox.
        for (Flight next = inbox.poll(); next != null; next = inbox.poll()) {
            FastLink link = next.to;
            link.onHeard(next);
            switch (next.kind) {
                case UP -> handler.onLinkUp(link.peer, link.peerHello);
                case DOWN -> handler.onLinkDown(link.peer);
                default -> {
                    delivery.wrap(next.bytes);
                    handler.onMessage(link.peer, next.stream, delivery, 0, next.bytes.length);
                }
            }
        }
    }

    /** A link is up. */
    void meet(Hello peer) {
        met[peer.node()] = peer;
    }

    @Override
    public boolean refuses(int node) {
        FastEndpoint peer = network.reached(node);
        return peer != null && refuses(peer.hello);
    }

    /** An older start of somebody who was met is over, or its disk was set back. */
    boolean refuses(Hello peer) {
        Hello known = met[peer.node()];
        return known != null
                && known.identity() == peer.identity()
                && known.incarnation().compareTo(peer.incarnation()) > 0;
    }

    @Override
    public void introduceAs(Hello newHello) {
        hello = newHello;
        for (FastLink link : links) {
            if (link != null) {
                link.goDown();
            }
        }
    }

    @Override
    public void kill() {
        if (dead) {
            return;
        }
        dead = true;
        inbox.clear();
        network.onKilled(this);
        for (FastLink link : links) {
            if (link != null) {
                link.die();
            }
        }
    }
}
