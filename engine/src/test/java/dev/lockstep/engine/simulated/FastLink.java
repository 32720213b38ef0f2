package dev.lockstep.engine.simulated;

import dev.lockstep.transport.Hello;
import dev.lockstep.transport.SendResult;
import dev.lockstep.transport.Stream;
import dev.lockstep.transport.simulated.SimulatedNetwork;
import java.util.Arrays;
import org.agrona.DirectBuffer;

/** One process's side of one life of a link. */
final class FastLink {
    private enum State {
        COMING,
        UP,
        OVER
    }

    final FastEndpoint owner;
    final int peer;
    final Hello peerHello;
    private final FastNetwork network;
    private final Chance chance;
    private final FastWay way;
    /** When what was sent last on each stream arrives here. */
    private final long[] lastDueNs = new long[Stream.count()];
    /** What was sent on each stream and not delivered yet. */
    private final int[] waitingBytes = new int[Stream.count()];

    private FastLink other;
    private State state = State.COMING;
    /** Whether this life is over, though nobody here knows. */
    private boolean deaf;
    /** Whether the process has heard that the link is up. */
    private boolean told;

    private long position;

    private FastLink(FastNetwork network, FastEndpoint owner, FastEndpoint peer) {
        this.network = network;
        this.chance = network.chance;
        this.owner = owner;
        this.peer = peer.node();
        this.peerHello = peer.hello();
        this.way = network.way(this.peer, owner.node());
    }

    /** A life begins. */
    static void between(FastNetwork network, FastEndpoint one, FastEndpoint other) {
        FastLink ofOne = new FastLink(network, one, other);
        FastLink ofOther = new FastLink(network, other, one);
        ofOne.begin(ofOther);
        ofOther.begin(ofOne);
    }

    /** Hellos go there, and back with the echo, and there; no message comes before the last. */
    private void begin(FastLink otherSide) {
        other = otherSide;
        owner.put(this);
        long dueNs = network.time.nowNs() + chance.delayNs() + chance.delayNs() + chance.delayNs();
        Arrays.fill(lastDueNs, dueNs);
        network.time.at(dueNs, new Flight(this, Flight.Kind.UP));
    }

    /** @return whether what comes now is heard */
    boolean hears() {
        return state == State.UP && !deaf;
    }

    /** Sends to the other side, if the process has heard that it can; it cannot once this side is down. */
    long send(Stream stream, DirectBuffer buffer, int offset, int length) {
        if (!told) {
            return SendResult.NOT_CONNECTED;
        }
        int waiting = other.waitingBytes[stream.number()];
        boolean hasRoom = waiting == 0 || waiting + length <= SimulatedNetwork.WINDOW_BYTES;
        if (!hasRoom || chance.refuses()) {
            return SendResult.BACK_PRESSURED;
        }
        if (chance.breaks()) {
            breakOff();
        }
        byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        other.expect(stream, bytes);
        position += length;
        return position;
    }

    private void expect(Stream stream, byte[] bytes) {
        int number = stream.number();
        long nowNs = network.time.nowNs();
        long dueNs = Math.max(lastDueNs[number], nowNs + chance.messageDelayNs());
        if (chance.reorders()) {
            dueNs += chance.overtakenNs();
        } else {
            lastDueNs[number] = dueNs;
        }
        waitingBytes[number] += bytes.length;
        network.time.at(dueNs, new Flight(this, Flight.Kind.MESSAGE, stream, bytes));
        if (chance.duplicates()) {
            network.time.at(
                    Math.max(dueNs, nowNs + chance.messageDelayNs()),
                    new Flight(this, Flight.Kind.COPY, stream, bytes));
        }
    }

    void arrive(Flight flight) {
        switch (flight.kind) {
            case END -> goDown();
            case DOWN -> owner.receive(flight);
            case GHOST -> network.haunt(flight);
            default -> {
                if (!way.holds(flight)) {
                    land(flight);
                }
            }
        }
    }

    /** The flight is through. */
    void land(Flight flight) {
        if (flight.kind == Flight.Kind.FAREWELL) {
            goDown();
        } else if (flight.kind == Flight.Kind.UP) {
            if (state == State.COMING && !deaf) {
                state = State.UP;
                owner.meet(peerHello);
                owner.receive(flight);
            }
        } else if (hears()) {
            owner.receive(flight);
        } else {
            lose(flight);
        }
    }

    /** The process hears of a flight. */
    void onHeard(Flight flight) {
        if (flight.kind == Flight.Kind.UP) {
            told = true;
        } else if (flight.kind == Flight.Kind.MESSAGE) {
            waitingBytes[flight.stream.number()] -= flight.bytes.length;
        }
    }

    /** Something does not arrive; not in this life. */
    void lose(Flight flight) {
        if (flight.kind == Flight.Kind.MESSAGE) {
            waitingBytes[flight.stream.number()] -= flight.bytes.length;
        }
        boolean isMessage = flight.kind == Flight.Kind.MESSAGE || flight.kind == Flight.Kind.COPY;
        if (isMessage && chance.haunts()) {
            flight.kind = Flight.Kind.GHOST;
            network.time.in(chance.ghostDelayNs(), flight);
        }
    }

    /** Another process has come in the peer's place: this side learns it after all that is under way from the peer. */
    void meetAnother() {
        long dueNs = network.time.nowNs() + chance.delayNs();
        for (long lastNs : lastDueNs) {
            dueNs = Math.max(dueNs, lastNs);
        }
        network.time.at(dueNs, new Flight(this, Flight.Kind.FAREWELL));
    }

    /** What is under way both ways is lost; each side notices in its own time. */
    void breakOff() {
        goDeaf();
        other.goDeaf();
    }

    private void goDeaf() {
        if (!deaf && state != State.OVER) {
            deaf = true;
            way.drop(this);
            network.time.in(chance.delayNs(), new Flight(this, Flight.Kind.END));
        }
    }

    /** The process is dead; the other side hears nothing more. */
    void die() {
        end();
        network.time.in(SimulatedNetwork.PATIENCE_NS, new Flight(other, Flight.Kind.END));
    }

    /** This side notices that the life is over, and the other side that nobody is here. */
    void goDown() {
        if (state == State.OVER) {
            return;
        }
        boolean wasUp = state == State.UP;
        end();
        if (wasUp) {
            network.time.in(0, new Flight(this, Flight.Kind.DOWN)); // not at once: the process itself may have asked
        }
        if (other.state != State.OVER) {
            if (network.isReached(other.owner)) {
                network.time.in(chance.delayNs(), new Flight(other, Flight.Kind.FAREWELL));
            } else {
                network.time.in(SimulatedNetwork.PATIENCE_NS, new Flight(other, Flight.Kind.END));
            }
        }
        network.connect(owner.node(), peer);
    }

    private void end() {
        state = State.OVER;
        owner.remove(this);
        way.drop(this);
    }
}
