package dev.lockstep.benchmarks.transport;

import dev.lockstep.transport.Hello;
import dev.lockstep.transport.Incarnation;
import dev.lockstep.transport.LinkDown;
import dev.lockstep.transport.LinkHandler;
import dev.lockstep.transport.Peer;
import dev.lockstep.transport.Stream;
import dev.lockstep.transport.Transport;
import dev.lockstep.transport.TransportSettings;
import dev.lockstep.transport.Transports;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;

/** A link of our transport, on the log's stream. Its node may have links with others; nothing is said on those. */
final class LockstepLine implements Line, LinkHandler {
    private static final int LIMIT = 256;

    private final Transport transport;
    private final int peer;
    private Listener listener;

    private LockstepLine(Transport transport, int peer) {
        this.transport = transport;
        this.peer = peer;
    }

    /**
     * @param end this end
     * @param start how often this node was started
     * @param others nodes to have links with besides
     */
    static LockstepLine open(LineEnd end, long start, List<Peer> others) {
        TransportSettings settings = TransportSettings.of(new Peer(end.node(), LineEnd.HOST, end.port()))
                .withMtuBytes(end.mtuBytes());
        Hello hello = new Hello(1, 1, 1, end.node(), end.node(), new Incarnation(start, 0));
        List<Peer> peers = new ArrayList<>(others);
        peers.add(new Peer(end.peerNode(), LineEnd.HOST, end.peerPort()));
        return new LockstepLine(
                Transports.open(settings.withDirectories(end.directory(), settings.sharedMemory()), hello, peers),
                end.peerNode());
    }

    @Override
    public boolean isUp() {
        return transport.isUp(peer);
    }

    @Override
    public boolean send(DirectBuffer buffer, int offset, int length) {
        return transport.offer(peer, Stream.LOG, buffer, offset, length) >= 0;
    }

    @Override
    public void work(Listener to) {
        listener = to;
        transport.invoke();
        transport.poll(this, LIMIT);
    }

    @Override
    public void onMessage(int node, Stream stream, DirectBuffer buffer, int offset, int length) {
        listener.onMessage(buffer, offset, length);
    }

    @Override
    public void onLinkUp(int node, Hello hello) {
        // isUp() says so
    }

    @Override
    public void onLinkDown(int node, LinkDown reason) {
        if (node == peer && node == LineEnd.PARTNER_NODE) {
            throw new IllegalStateException("the link went down while it was measured: " + reason);
        }
    }

    @Override
    public void onRefused(int node, String why) {
        throw new IllegalStateException(why);
    }

    @Override
    public void onTrouble(String why) {
        System.err.println(why);
    }

    @Override
    public void close() {
        transport.close();
    }
}
