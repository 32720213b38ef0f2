package dev.lockstep.transport;

import java.util.List;

/** Nodes that can be started, killed and parted, in one thread: what the contract is tested on. */
public interface TestNetwork extends AutoCloseable {
    /** How many clients each node lets in. */
    int MAX_CLIENTS = 3;

    /**
     * Starts a node.
     *
     * @param self who it is
     * @param maxMessageBytes its longest message
     * @param peers the numbers of the nodes that it has links with
     * @return its transport, to be used by the test's thread
     */
    Transport start(Hello self, int maxMessageBytes, List<Integer> peers);

    /**
     * Starts a client.
     *
     * @param self who it is
     * @param place a number below zero that stands for where it is
     * @param nodes the numbers of the nodes that it speaks to
     * @return its transport, to be used by the test's thread
     */
    Transport startClient(Hello self, int place, List<Integer> nodes);

    /**
     * @param node a node's number
     * @return where it is
     */
    Peer peer(int node);

    /**
     * Ends a node's process without a word.
     *
     * @param transport its transport
     * @param node its number
     */
    void kill(Transport transport, int node);

    /**
     * Lets nothing through, one way.
     *
     * @param from who is not heard
     * @param to who does not hear
     */
    void block(int from, int to);

    /**
     * Lets everything through again.
     *
     * @param from who is heard
     * @param to who hears
     */
    void unblock(int from, int to);

    /** Lets a little time pass. */
    void pass();

    /** @return the time, as the transports see it */
    long nowNs();

    @Override
    void close();
}
