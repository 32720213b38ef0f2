package dev.lockstep.transport.simulated;

import dev.lockstep.transport.Hello;
import dev.lockstep.transport.Peer;
import dev.lockstep.transport.Stream;
import dev.lockstep.transport.Transport;
import dev.lockstep.transport.link.Links;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A network in one thread and in virtual time, where everything that happens follows from a seed. It carries what
 * transports send with the same promises as the real one, and breaks as the real one does: messages are late; a
 * partition, one way or both, holds them back until one of the two sides gives up; a gap loses what is on the way; a
 * process that was started anew hears whoever still believes to speak with the one before; and of a channel that was
 * lost, messages may still arrive long after.
 *
 * <pre>{@code
 * SimulatedNetwork network = new SimulatedNetwork(seed);
 * Transport a = network.start(helloOfA, 1 << 20, 0, List.of(peerB));
 * network.advance(1_000_000);
 * a.invoke();
 * a.poll(handler, 16);
 * }</pre>
 */
public final class SimulatedNetwork {
    /** For how long a side believes in another one of which it hears nothing. */
    public static final long PATIENCE_NS = 1_000_000_000;

    /** What a stream takes that was not delivered yet. */
    public static final int WINDOW_BYTES = 128 << 10;

    /** The longest message that is carried whole. */
    public static final int MAX_WHOLE_BYTES = 8 << 10;

    /** The longest message that can be claimed. */
    public static final int MAX_CLAIM_BYTES = 1376;

    private record Way(int from, int to) {}

    private final SplittableRandom random;
    private final Map<Integer, SimulatedWire> living = new HashMap<>();
    private final List<Pipe> pipes = new ArrayList<>();
    private final Set<Way> blocked = new HashSet<>();
    private Faults faults = Faults.NONE;
    private long nowNs;

    /**
     * @param seed all that happens follows from it
     */
    public SimulatedNetwork(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /**
     * Starts a node's transport, as a process that starts does. If one of the same node lives, it goes on beside this
     * one, but is reached by nobody any more.
     *
     * @param self who it is
     * @param maxMessageBytes the longest message on {@link Stream#BULK}
     * @param maxClients how many clients may speak with it
     * @param peers the nodes that it has links with
     * @return the transport
     */
    public Transport start(Hello self, int maxMessageBytes, int maxClients, List<Peer> peers) {
        return start(self, self.node(), maxMessageBytes, maxClients, peers);
    }

    /**
     * Starts a client, which is reached by nobody but those it speaks to.
     *
     * @param self who it is
     * @param place a number below zero that stands for where it is, for partitions
     * @param nodes those it speaks to
     * @return the transport
     */
    public Transport startClient(Hello self, int place, List<Peer> nodes) {
        return start(self, place, 1, 0, nodes);
    }

    private Transport start(Hello self, int place, int maxMessageBytes, int maxClients, List<Peer> peers) {
        SimulatedWire wire = new SimulatedWire(this, place);
        living.put(place, wire);
        Links links = new Links(wire, self, maxMessageBytes, maxClients, this::nowNs, random.split()::nextLong);
        peers.forEach(links::add);
        return links;
    }

    /**
     * Ends a node's process without a word.
     *
     * @param transport what {@link #start} returned; it must not be used any more
     * @param node the node
     */
    public void kill(Transport transport, int node) {
        transport.close(); // which says nothing to anybody
        living.remove(node);
    }

    /**
     * Moves a process, as a client moves whose address becomes another one: what is under way does not follow it, and it
     * hears nothing more of what it heard.
     *
     * @param from where it is
     * @param to a number that stands for where it will be; nobody is there
     */
    public void move(int from, int to) {
        SimulatedWire wire = living.remove(from);
        wire.moveTo(to);
        living.put(to, wire);
    }

    /**
     * @param newFaults what goes wrong by itself from now on
     */
    public void faults(Faults newFaults) {
        faults = newFaults;
    }

    /**
     * Lets nothing through, one way.
     *
     * @param from the node that is not heard
     * @param to the node that does not hear
     */
    public void block(int from, int to) {
        blocked.add(new Way(from, to));
    }

    /**
     * @param from the node that is heard again
     * @param to the node that hears again
     */
    public void unblock(int from, int to) {
        blocked.remove(new Way(from, to));
    }

    /** Everybody is heard again. */
    public void unblockAll() {
        blocked.clear();
    }

    /**
     * Loses what is on the way on one stream; the receiver notices.
     *
     * @param from who sent it
     * @param to who misses it
     * @param stream the stream
     */
    public void gap(int from, int to, Stream stream) {
        for (Pipe pipe : pipes) {
            if (pipe.from.node() == from && pipe.to == to && pipe.stream == stream) {
                pipe.breakOff();
            }
        }
    }

    /**
     * Lets time pass.
     *
     * @param ns how much
     */
    public void advance(long ns) {
        nowNs += ns;
        for (Pipe pipe : List.copyOf(pipes)) {
            if (faults.gapPerMillion() > 0 && random.nextInt(1_000_000) < faults.gapPerMillion()) {
                pipe.breakOff();
            }
            pipe.pass();
        }
        pipes.removeIf(Pipe::isOver);
    }

    /** @return the virtual time */
    public long nowNs() {
        return nowNs;
    }

    /** @return how many streams there are that somebody still sends or hears */
    int streams() {
        return pipes.size();
    }

    /** @return how many streams of a kind a node would send on */
    int streamsFrom(int node, Stream stream) {
        SimulatedWire wire = living.get(node);
        return (int) pipes.stream()
                .filter(pipe -> pipe.from == wire && pipe.stream == stream && !pipe.isClosed())
                .count();
    }

    Pipe open(SimulatedWire from, int to, Stream stream, Pipe asked) {
        Pipe pipe = new Pipe(this, from, to, stream, asked);
        pipes.add(pipe);
        return pipe;
    }

    /** @return the process that is reached at a node's address; null if there is none */
    SimulatedWire at(int node) {
        return living.get(node);
    }

    boolean isOpen(int from, int to) {
        return !blocked.contains(new Way(from, to));
    }

    long nextDelayNs() {
        long delay = faults.minDelayNs();
        if (faults.maxDelayNs() > delay) {
            delay = random.nextLong(delay, faults.maxDelayNs());
        }
        return happens(faults.lossPerMille()) ? delay + faults.repairNs() : delay;
    }

    boolean nextGhost() {
        return happens(faults.ghostPerMille());
    }

    boolean nextDuplicate() {
        return happens(faults.duplicatePerMille());
    }

    boolean nextReorder() {
        return happens(faults.reorderPerMille());
    }

    private boolean happens(int perMille) {
        return perMille > 0 && random.nextInt(1000) < perMille;
    }

    long nextGhostDelayNs() {
        return random.nextLong(1, 10 * PATIENCE_NS);
    }
}
