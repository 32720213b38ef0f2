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
 * <p>What a method throws, {@code poll} throws.
 */
public interface LinkHandler {
    /**
     * The peer has shown that it is there, and who it is.
     *
     * @param peer what it says of itself
     */
    void onLinkUp(Hello peer);

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
     * difference.
     *
     * @param node who it says it is; -1 if that is not known
     * @param why a sentence that names both sides' values
     */
    void onRefused(int node, String why);
}
