package dev.lockstep.engine.simulated;

import dev.lockstep.transport.Hello;
import dev.lockstep.transport.LinkDown;
import dev.lockstep.transport.LinkHandler;
import dev.lockstep.transport.SendResult;
import dev.lockstep.transport.Stream;
import dev.lockstep.transport.Transport;
import dev.lockstep.transport.simulated.SimulatedNetwork;
import java.util.ArrayDeque;
import java.util.BitSet;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** One process in a {@link LinkedNetwork}: what its transport brings waits until it polls. */
final class LinkedEndpoint implements ClusterNetwork.Endpoint, LinkHandler {
    private static final int POLL_LIMIT = 10_000;

    /** Something that has come, to be told. */
    private record Heard(int bytes, Telling telling) {}

    private interface Telling {
        void tell(ClusterNetwork.Handler handler);
    }

    private final LinkedNetwork network;
    private final int self;
    private final Transport transport;
    private final Runnable onArrival;
    private final ArrayDeque<Heard> inbox = new ArrayDeque<>();
    /** How often each link went up or down, as the transport says and as the process has heard. */
    private final int[] changes = new int[LinkedNetwork.MAX_NODE + 1];

    private final int[] changesHeard = new int[LinkedNetwork.MAX_NODE + 1];
    private final BitSet refused = new BitSet();
    private int waitingBytes;
    private boolean killed;

    LinkedEndpoint(LinkedNetwork network, int self, Transport transport, Runnable onArrival) {
        this.network = network;
        this.self = self;
        this.transport = transport;
        this.onArrival = onArrival;
    }

    /** A step of time has passed. */
    void turn() {
        if (killed) {
            return;
        }
        int before = inbox.size();
        transport.invoke();
        if (waitingBytes <= SimulatedNetwork.WINDOW_BYTES) {
            transport.poll(this, POLL_LIMIT);
        }
        if (inbox.size() > before) {
            onArrival.run();
        }
    }

    @Override
    public long offer(int node, Stream stream, DirectBuffer buffer, int offset, int length) {
        if (killed) {
            return SendResult.CLOSED;
        }
        if (node > LinkedNetwork.MAX_NODE || changes[node] != changesHeard[node]) {
            return SendResult.NOT_CONNECTED; // the process does not know of this life yet
        }
        if (transport.isUp(node) && network.refuses()) {
            return SendResult.BACK_PRESSURED;
        }
        long result = transport.offer(node, stream, buffer, offset, length);
        if (result >= 0) {
            network.onSent(self, node, stream);
        }
        return result;
    }

    @Override
    public void poll(ClusterNetwork.Handler handler) {
        // The handler may kill the process, which empties the inbox.
        for (Heard next = inbox.poll(); next != null; next = inbox.poll()) {
            waitingBytes -= next.bytes();
            next.telling().tell(handler);
        }
    }

    @Override
    public void introduceAs(Hello hello) {
        transport.introduceAs(hello);
    }

    @Override
    public void kill() {
        if (!killed) {
            killed = true;
            inbox.clear();
            network.onKilled(this, self, transport);
        }
    }

    @Override
    public boolean refuses(int node) {
        return refused.get(node);
    }

    @Override
    public void onLinkUp(int node, Hello peer) {
        refused.clear(node);
        changes[node]++;
        inbox.add(new Heard(0, handler -> {
            changesHeard[node]++;
            handler.onLinkUp(node, peer);
        }));
    }

    @Override
    public void onMessage(int node, Stream stream, DirectBuffer buffer, int offset, int length) {
        UnsafeBuffer copy = new UnsafeBuffer(new byte[length]);
        copy.putBytes(0, buffer, offset, length);
        waitingBytes += length;
        inbox.add(new Heard(length, handler -> handler.onMessage(node, stream, copy, 0, length)));
    }

    @Override
    public void onLinkDown(int node, LinkDown reason) {
        changes[node]++;
        inbox.add(new Heard(0, handler -> {
            changesHeard[node]++;
            handler.onLinkDown(node);
        }));
    }

    @Override
    public void onRefused(int node, String why) {
        refused.set(node); // the link does not come up; a replica hears nothing else of it
    }

    @Override
    public void onTrouble(String why) {
        throw new IllegalStateException(why);
    }
}
