package dev.lockstep.transport.simulated;

import dev.lockstep.transport.Hello;
import dev.lockstep.transport.Peer;
import dev.lockstep.transport.Stream;
import dev.lockstep.transport.Transport;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** A client that talks with every node but those that it has left. */
final class TalkingClient extends Talker {
    private final SimulatedNetwork network;
    private final int nodes;
    private final Set<Integer> left = new TreeSet<>();
    private int place;
    private int deadSteps;
    private boolean dead;

    /**
     * @param identity below zero, to be told from a node's
     * @param place below zero
     */
    TalkingClient(SimulatedNetwork network, long identity, int place, int nodes) {
        super(identity);
        this.network = network;
        this.nodes = nodes;
        comeBack(place);
    }

    @Override
    Transport open(long start) {
        List<Peer> all =
                IntStream.rangeClosed(1, nodes).mapToObj(TalkingNode::peer).toList();
        return network.startClient(Hello.ofClient(1, identity), place, all);
    }

    @Override
    Stream nextStreamTo(int peer) {
        return Stream.CLIENT;
    }

    int place() {
        return place;
    }

    /** Dies without a word. */
    void die(int steps) {
        if (!dead) {
            network.kill(transport(), place);
        }
        dead = true;
        deadSteps = steps;
    }

    boolean isDead() {
        return dead;
    }

    /** Starts as a new process. */
    void comeBack(int newPlace) {
        dead = false;
        left.clear();
        place = newPlace;
        start();
    }

    void move(int newPlace) {
        network.move(place, newPlace);
        place = newPlace;
    }

    /** Leaves a node, or speaks to it again. */
    void leaveOrReturn(int node) {
        if (left.remove(node)) {
            transport().add(TalkingNode.peer(node));
        } else {
            left.add(node);
            leave(node);
        }
    }

    /** @return how many nodes it talks with, or wants to */
    int nodes() {
        return nodes - left.size();
    }

    void returnToAll() {
        List.copyOf(left).forEach(this::leaveOrReturn);
    }

    /** @return whether it stays dead */
    boolean rest() {
        return --deadSteps > 0;
    }
}
