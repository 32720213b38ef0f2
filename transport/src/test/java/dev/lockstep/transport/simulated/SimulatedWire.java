package dev.lockstep.transport.simulated;

import dev.lockstep.transport.Claim;
import dev.lockstep.transport.Peer;
import dev.lockstep.transport.SendResult;
import dev.lockstep.transport.Stream;
import dev.lockstep.transport.TransportCounters;
import dev.lockstep.transport.link.Channel;
import dev.lockstep.transport.link.Outbound;
import dev.lockstep.transport.link.Receiver;
import dev.lockstep.transport.link.Wire;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** One process's side of a simulated network. */
final class SimulatedWire implements Wire {
    private record Ghost(Channel channel, Pipe.Flight flight) {}

    private final SimulatedNetwork network;
    private final List<Pipe> incoming = new ArrayList<>();
    private final List<Request> requests = new ArrayList<>();
    private final List<Channel> lost = new ArrayList<>();
    private final List<Ghost> ghosts = new ArrayList<>();
    private final UnsafeBuffer delivery = new UnsafeBuffer(new byte[0]);
    private final TransportCounters counters = new TransportCounters(() -> 0);
    private int node;
    private boolean closed;

    SimulatedWire(SimulatedNetwork network, int node) {
        this.network = network;
        this.node = node;
    }

    int node() {
        return node;
    }

    void moveTo(int place) {
        node = place;
    }

    boolean isClosed() {
        return closed;
    }

    /** @return whether it hears that stream: a client hears one answer to each request, the first that comes */
    boolean hears(Pipe pipe) {
        return node >= 0 || requests.stream().anyMatch(request -> request.isAnsweredBy(pipe));
    }

    void onChannel(Pipe pipe) {
        incoming.add(pipe);
    }

    void onLost(Pipe pipe, Channel channel) {
        incoming.remove(pipe);
        lost.add(channel);
    }

    void haunt(Channel channel, Pipe.Flight flight) {
        ghosts.add(new Ghost(channel, flight));
    }

    @Override
    public Outbound connect(Peer peer) {
        return node < 0 ? new Request(peer.node()) : new Way(peer.node(), Stream.ofMembers(), null);
    }

    @Override
    public Outbound answer(Channel channel) {
        for (Pipe pipe : incoming) {
            if (pipe.channel() == channel) {
                return new Way(pipe.from.node(), List.of(Stream.CLIENT), pipe);
            }
        }
        throw new IllegalArgumentException("nobody speaks on that channel any more");
    }

    @Override
    public int poll(Receiver receiver, int limit) {
        int polled = 0;
        for (Pipe pipe : List.copyOf(incoming)) {
            for (int i = 0; i < limit && !closed && incoming.contains(pipe); i++) {
                Channel channel = pipe.channel();
                Pipe.Flight flight = pipe.arrived();
                if (flight == null) {
                    break;
                }
                deliver(receiver, channel, flight);
                polled++;
            }
        }
        return polled + pollGhosts(receiver);
    }

    private int pollGhosts(Receiver receiver) {
        int polled = 0;
        for (Ghost ghost : List.copyOf(ghosts)) {
            if (ghost.flight().dueNs <= network.nowNs()) {
                ghosts.remove(ghost);
                deliver(receiver, ghost.channel(), ghost.flight());
                polled++;
            }
        }
        return polled;
    }

    private void deliver(Receiver receiver, Channel channel, Pipe.Flight flight) {
        delivery.wrap(flight.bytes);
        receiver.onMessage(channel, delivery, 0, flight.bytes.length, flight.tag);
    }

    @Override
    public int work(Receiver receiver, long nowNs) {
        List<Channel> gone = List.copyOf(lost);
        lost.clear();
        gone.forEach(receiver::onLost);
        return gone.size();
    }

    @Override
    public TransportCounters counters() {
        return counters;
    }

    @Override
    public Claim newClaim() {
        return new SimulatedClaim();
    }

    @Override
    public int maxClaimBytes() {
        return SimulatedNetwork.MAX_CLAIM_BYTES;
    }

    @Override
    public int maxWholeBytes(Stream stream) {
        return SimulatedNetwork.MAX_WHOLE_BYTES;
    }

    @Override
    public void close() {
        closed = true;
        incoming.clear();
    }

    /** The way to one node or client. */
    private class Way implements Outbound {
        private final int to;
        private final Pipe asked;
        private final Map<Stream, Pipe> pipes = new EnumMap<>(Stream.class);

        Way(int to, List<Stream> streams, Pipe asked) {
            this.to = to;
            this.asked = asked;
            streams.forEach(this::open);
        }

        final int to() {
            return to;
        }

        final Pipe pipe(Stream stream) {
            return pipes.get(stream);
        }

        final void open(Stream stream) {
            pipes.put(stream, network.open(SimulatedWire.this, to, stream, asked));
        }

        @Override
        public long offer(Stream stream, DirectBuffer buffer, int offset, int length, long tag) {
            return pipes.get(stream).offer(buffer, offset, length, tag);
        }

        @Override
        public long claim(Stream stream, int length, long tag, Claim claim) {
            Pipe pipe = pipes.get(stream);
            return ((SimulatedClaim) claim).claim(pipe, length, tag);
        }

        @Override
        public boolean isConnected() {
            for (Pipe pipe : pipes.values()) {
                if (!pipe.isConnected()) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public void renew() {
            // a pipe finds whoever is there
        }

        @Override
        public long retransmitted() {
            return 0;
        }

        @Override
        public void close() {
            for (Pipe pipe : pipes.values()) {
                pipe.close();
            }
        }
    }

    /** The way from a client to a node; the node's answers are heard as long as it is open. */
    private final class Request extends Way {
        private Pipe answer;

        Request(int to) {
            super(to, List.of(Stream.CLIENT), null);
            requests.add(this);
        }

        /** Worse than a real one, it also takes an answer to who was at this place before for its own. */
        boolean isAnsweredBy(Pipe pipe) {
            boolean isAnswer = pipe.asked == pipe(Stream.CLIENT) || pipe.asked.from != SimulatedWire.this;
            if (answer == null && pipe.from.node() == to() && isAnswer) {
                answer = pipe;
            }
            return answer == pipe;
        }

        @Override
        public void renew() {
            close();
            requests.add(this);
            open(Stream.CLIENT);
        }

        @Override
        public void close() {
            super.close();
            requests.remove(this);
            if (incoming.contains(answer)) {
                answer.breakOff();
            }
            answer = null;
        }
    }

    /** Reserves nothing; what is committed was let in by the window when it was claimed, in the same turn. */
    private static final class SimulatedClaim implements Claim {
        private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[SimulatedNetwork.MAX_CLAIM_BYTES]);
        private Pipe pipe;
        private int length;
        private long tag;

        long claim(Pipe into, int messageLength, long messageTag) {
            if (!into.isConnected()) {
                return SendResult.NOT_CONNECTED;
            }
            if (!into.hasRoom(messageLength)) {
                return SendResult.BACK_PRESSURED;
            }
            pipe = into;
            length = messageLength;
            tag = messageTag;
            return into.position() + messageLength;
        }

        @Override
        public MutableDirectBuffer buffer() {
            return buffer;
        }

        @Override
        public int offset() {
            return 0;
        }

        @Override
        public int length() {
            return length;
        }

        @Override
        public void commit() {
            long result = pipe.offer(buffer, 0, length, tag);
            if (result < 0) {
                throw new IllegalStateException("a claim was not committed at once: " + SendResult.describe(result));
            }
            pipe = null;
        }

        @Override
        public void abort() {
            pipe = null;
        }
    }
}
