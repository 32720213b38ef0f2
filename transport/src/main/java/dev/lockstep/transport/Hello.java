package dev.lockstep.transport;

/**
 * Who a node says it is, when a link comes up (PROTOCOL K).
 *
 * @param clusterId the cluster; zero while none has taken it in
 * @param group the group of the log
 * @param epoch the epoch of the log
 * @param node the node, or {@link #CLIENT}
 * @param identity its journal
 * @param incarnation which start of it
 */
public record Hello(long clusterId, int group, long epoch, int node, long identity, Incarnation incarnation) {
    /** The number of whoever is no node, but a client. */
    public static final int CLIENT = -1;

    /**
     * @throws IllegalArgumentException if no node has that number
     */
    public Hello {
        if (node < CLIENT || node > Transport.MAX_NODE) {
            throw new IllegalArgumentException("a node is a number from 0 to " + Transport.MAX_NODE + ", not " + node);
        }
    }

    /**
     * Who a client says it is.
     *
     * @param clusterId the cluster that it wants to speak to; zero for any
     * @param identity which client this is: random, made by it
     * @return its hello
     */
    public static Hello ofClient(long clusterId, long identity) {
        return new Hello(clusterId, 0, 0, CLIENT, identity, new Incarnation(0, 0));
    }

    /** @return whether it is a client's */
    public boolean isClient() {
        return node == CLIENT;
    }

    /**
     * @param generation how often the transport was built anew
     * @return the same node, later
     */
    public Hello withGeneration(int generation) {
        return new Hello(clusterId, group, epoch, node, identity, new Incarnation(incarnation.start(), generation));
    }
}
