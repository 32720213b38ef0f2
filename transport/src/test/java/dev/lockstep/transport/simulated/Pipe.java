package dev.lockstep.transport.simulated;

import dev.lockstep.transport.SendResult;
import dev.lockstep.transport.Stream;
import dev.lockstep.transport.link.Channel;
import dev.lockstep.transport.link.Tag;
import java.util.ArrayDeque;
import org.agrona.DirectBuffer;

/** One stream from one process to whoever is at a node's address. */
final class Pipe {
    /** A message on its way. */
    static final class Flight {
        final long dueNs;
        final byte[] bytes;
        final long tag;

        Flight(long dueNs, byte[] bytes, long tag) {
            this.dueNs = dueNs;
            this.bytes = bytes;
            this.tag = tag;
        }
    }

    private final SimulatedNetwork network;
    final SimulatedWire from;
    final int to;
    final Stream stream;
    /** The request that this answers; null if it answers none. */
    final Pipe asked;

    private final ArrayDeque<Flight> flights = new ArrayDeque<>();
    /** The process that hears it, and as what; null if none does. */
    private SimulatedWire receiver;

    private Channel channel;
    /** Where the sender was when the receiver began to hear it. */
    private int fromPlace;
    /** Whether the sender believes that somebody hears it. */
    private boolean connected;

    private long senderHeardNs;
    private long receiverHeardNs;
    private long lastDueNs;
    private long position;
    private int bytesUnderWay;
    private boolean closed;

    Pipe(SimulatedNetwork network, SimulatedWire from, int to, Stream stream, Pipe asked) {
        this.network = network;
        this.from = from;
        this.to = to;
        this.stream = stream;
        this.asked = asked;
    }

    long offer(DirectBuffer buffer, int offset, int length, long tag) {
        if (closed || from.isClosed()) {
            return SendResult.CLOSED;
        }
        if (!connected) {
            return SendResult.NOT_CONNECTED;
        }
        if (!hasRoom(length)) {
            return SendResult.BACK_PRESSURED;
        }
        position += length;
        if (receiver != null) { // otherwise the one who was there has died, and nobody has noticed
            byte[] bytes = new byte[length];
            buffer.getBytes(offset, bytes);
            lastDueNs = Math.max(lastDueNs, network.nowNs() + network.nextDelayNs());
            send(new Flight(lastDueNs, bytes, tag));
            if (Tag.isMessage(tag) && network.nextDuplicate()) {
                send(new Flight(lastDueNs, bytes, tag));
            }
        }
        return position;
    }

    private void send(Flight flight) {
        Flight last = flights.peekLast();
        boolean overtakes = last != null && Tag.isMessage(last.tag) && Tag.isMessage(flight.tag);
        if (overtakes && network.nextReorder()) {
            flights.pollLast();
            flights.add(flight);
            flights.add(last);
        } else {
            flights.add(flight);
        }
        bytesUnderWay += flight.bytes.length;
    }

    boolean isConnected() {
        return connected;
    }

    boolean hasRoom(int length) {
        return bytesUnderWay + length <= SimulatedNetwork.WINDOW_BYTES;
    }

    long position() {
        return position;
    }

    /** Lets time pass: somebody comes, somebody is heard no more. */
    void pass() {
        boolean there = leadsThere();
        boolean back = !hasMoved() && network.isOpen(to, from.node());
        long now = network.nowNs();
        boolean speaks = !closed && !from.isClosed();
        if (receiver != null && receiver.isClosed()) {
            flights.clear();
            bytesUnderWay = 0;
            receiver = null;
            channel = null;
        }
        SimulatedWire found = network.at(to);
        if (receiver == null && speaks && there && back && found != null && !found.isClosed() && found.hears(this)) {
            join(found, now);
        }
        if (receiver != null) {
            if (there && speaks) {
                receiverHeardNs = now;
            } else if (now - receiverHeardNs > SimulatedNetwork.PATIENCE_NS) {
                breakOff();
            }
            if (receiver != null && back && speaks) {
                senderHeardNs = now;
                connected = true;
            }
        }
        if (now - senderHeardNs > SimulatedNetwork.PATIENCE_NS) {
            connected = false;
        }
    }

    private boolean leadsThere() {
        return !hasMoved() && network.isOpen(from.node(), to);
    }

    /** @return whether one of the two is not where it was when they began */
    private boolean hasMoved() {
        return receiver != null && (from.node() != fromPlace || receiver.node() != to);
    }

    private void join(SimulatedWire found, long now) {
        receiver = found;
        channel = new Channel(stream);
        fromPlace = from.node();
        receiver.onChannel(this);
        receiverHeardNs = now;
        senderHeardNs = now;
        connected = true;
    }

    /** What is on the way is lost, unless it haunts the receiver later; the receiver notices, the sender does not. */
    void breakOff() {
        if (receiver == null) {
            return;
        }
        for (Flight flight : flights) {
            if (network.nextGhost()) {
                receiver.haunt(
                        channel, new Flight(network.nowNs() + network.nextGhostDelayNs(), flight.bytes, flight.tag));
            }
        }
        flights.clear();
        bytesUnderWay = 0;
        receiver.onLost(this, channel);
        receiver = null;
        channel = null;
    }

    /** @return the next message that has arrived; null if none has */
    Flight arrived() {
        Flight next = flights.peek();
        if (next == null || !leadsThere() || next.dueNs > network.nowNs()) {
            return null;
        }
        flights.poll();
        bytesUnderWay -= next.bytes.length;
        return next;
    }

    Channel channel() {
        return channel;
    }

    void close() {
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }

    /** @return whether nothing can come of it any more */
    boolean isOver() {
        return (closed || from.isClosed()) && receiver == null;
    }
}
