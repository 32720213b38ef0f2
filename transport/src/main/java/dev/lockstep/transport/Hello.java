package dev.lockstep.transport;

/**
 * Who a node says it is, when a link comes up (PROTOCOL K).
 *
 * @param clusterId the cluster; zero while none has taken it in
 * @param group the group of the log
 * @param epoch the epoch of the log
 * @param node the node
 * @param identity its journal
 * @param incarnation which start of it
 */
public record Hello(long clusterId, int group, long epoch, int node, long identity, Incarnation incarnation) {
    /**
     * @param generation how often the transport was built anew
     * @return the same node, later
     */
    public Hello withGeneration(int generation) {
        return new Hello(clusterId, group, epoch, node, identity, new Incarnation(incarnation.start(), generation));
    }
}
