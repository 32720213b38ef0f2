package dev.lockstep.transport;

import org.agrona.DirectBuffer;

/**
 * Hears what links bring. Called within {@link Transport#poll}, on its thread. For each node: up, messages, down, up
 * again; nothing comes between a down and the next up, and of what was sent in one life of a link nothing is delivered
 * in another.
 *
 * <p>A client that begins anew is another one, with another number: what it sent as the one before may still come, of
 * that number, after what it sends now.
 *
 * <p>A method may offer, claim, add and remove; it must not poll, invoke or close. What it throws, {@code poll} throws;
 * the event or message counts as delivered. An event's is thrown when the poll ends, a message's at once.
 */
public interface LinkHandler {
    /** Stands for whoever cannot be told from what came. */
    int UNKNOWN_NODE = -2;

    /**
     * The peer has shown that it is there, and who it is.
     *
     * @param node the peer, by the number that it has here; a client's is given to it when it comes
     * @param peer what it says of itself
     */
    void onLinkUp(int node, Hello peer);

    /**
     * A message, whole.
     *
     * @param node who sent it
     * @param stream on which stream
     * @param buffer where it stands; only during this call
     * @param offset its first byte
     * @param length its length
     */
    void onMessage(int node, Stream stream, DirectBuffer buffer, int offset, int length);

    /**
     * Messages may have been lost in both directions.
     *
     * @param node the peer
     * @param reason why
     */
    void onLinkDown(int node, LinkDown reason);

    /**
     * A node does not fit: what it says in its hello, or its settings, so that no hello can be heard. Told once for each
     * difference; of clients that are refused, one in a second.
     *
     * @param node who it says it is; {@link Hello#CLIENT} for a client, {@link #UNKNOWN_NODE} if nobody knows
     * @param why a sentence that names both sides' values
     */
    void onRefused(int node, String why);

    /**
     * Something is wrong around the transport that it cannot mend: a host that nobody knows, a port that is taken, an
     * address that the system sends nothing to, less room for datagrams than is good. It goes on trying. To be logged:
     * what newly goes wrong is told once.
     *
     * @param why what is wrong, and as far as is known what to do
     */
    void onTrouble(String why);
}
