package dev.lockstep.engine.simulated;

import dev.lockstep.transport.Claim;
import dev.lockstep.transport.Hello;
import dev.lockstep.transport.LinkCounters;
import dev.lockstep.transport.LinkDown;
import dev.lockstep.transport.LinkHandler;
import dev.lockstep.transport.Peer;
import dev.lockstep.transport.Stream;
import dev.lockstep.transport.Transport;
import dev.lockstep.transport.TransportCounters;
import org.agrona.DirectBuffer;

/** One process's links, as the engine uses them, on a simulated network where everybody reaches everybody. */
final class SimulatedTransport implements Transport {
    /** What the node does with what the engine asks of its links. */
    interface Node {
        /** Delivers all that has come. */
        void deliver(ClusterNetwork.Handler handler);

        /** Everything that has come was heard. */
        void onHeard();

        long offer(int node, Stream stream, DirectBuffer buffer, int offset, int length);

        void introduceAs(Hello hello);
    }

    private final Node node;

    SimulatedTransport(Node node) {
        this.node = node;
    }

    @Override
    public long offer(int to, Stream stream, DirectBuffer buffer, int offset, int length) {
        return node.offer(to, stream, buffer, offset, length);
    }

    @Override
    public int poll(LinkHandler handler, int limit) {
        node.deliver(new ClusterNetwork.Handler() {
            @Override
            public void onLinkUp(int from, Hello peer) {
                handler.onLinkUp(from, peer);
            }

            @Override
            public void onMessage(int from, Stream stream, DirectBuffer buffer, int offset, int length) {
                handler.onMessage(from, stream, buffer, offset, length);
            }

            @Override
            public void onLinkDown(int from) {
                handler.onLinkDown(from, LinkDown.GAP);
            }
        });
        node.onHeard();
        return 1;
    }

    @Override
    public int invoke() {
        return 0;
    }

    @Override
    public void introduceAs(Hello hello) {
        node.introduceAs(hello);
    }

    @Override
    public void add(Peer peer) {
        // it is reached anyway
    }

    @Override
    public void remove(int peer) {
        // it is not a member any more, and goes on talking
    }

    @Override
    public void close() {
        // the network ends with the process
    }

    @Override
    public void giveUp(int to) {
        throw unused();
    }

    @Override
    public long claim(int to, Stream stream, int length, Claim claim) {
        throw unused();
    }

    @Override
    public Claim newClaim() {
        throw unused();
    }

    @Override
    public int maxClaimBytes() {
        throw unused();
    }

    @Override
    public int maxWholeBytes(Stream stream) {
        throw unused();
    }

    @Override
    public int maxMessageBytes(Stream stream) {
        throw unused();
    }

    @Override
    public boolean isUp(int peer) {
        throw unused();
    }

    @Override
    public LinkCounters counters(int peer) {
        throw unused();
    }

    @Override
    public TransportCounters counters() {
        throw unused();
    }

    @Override
    public void release() {
        throw unused();
    }

    private static UnsupportedOperationException unused() {
        return new UnsupportedOperationException("the engine has not used that so far");
    }
}
