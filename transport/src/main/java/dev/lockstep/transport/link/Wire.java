package dev.lockstep.transport.link;

import dev.lockstep.transport.Claim;
import dev.lockstep.transport.Peer;
import dev.lockstep.transport.Stream;
import dev.lockstep.transport.TransportCounters;

/**
 * What carries bytes between nodes: in order on each channel, or it says that it lost some. It knows nothing of hellos
 * and lives of links; with each message it carries a tag, which does.
 *
 * <p>Belongs to one thread. No method blocks.
 */
public interface Wire {
    /**
     * Begins to reach for a peer.
     *
     * @param peer the node, and where it is
     * @return what to send with, from now on; it is connected when it is
     */
    Outbound connect(Peer peer);

    /**
     * Makes a way back to a client.
     *
     * @param channel where it speaks, on {@link Stream#CLIENT}
     * @return what to answer with, from now on; it is connected when it is
     */
    Outbound answer(Channel channel);

    /**
     * Brings what has arrived, some of each channel.
     *
     * @param receiver gets it
     * @param limit how much at most
     * @return how much it was
     */
    int poll(Receiver receiver, int limit);

    /**
     * Does everything else: moves bytes, notices what came and went.
     *
     * @param receiver is told of channels that are lost, and when the wire was built anew
     * @param nowNs the time
     * @return zero if there was nothing to do
     */
    int work(Receiver receiver, long nowNs);

    /** @return what came and was of no link */
    TransportCounters counters();

    /** @return a claim that {@link Outbound#claim} can fill */
    Claim newClaim();

    /** @return the longest message that can be claimed */
    int maxClaimBytes();

    /**
     * @param stream a stream
     * @return the longest message that can be offered at once
     */
    int maxWholeBytes(Stream stream);

    /** Lets go of everything. */
    void close();
}
