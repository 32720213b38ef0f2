package dev.lockstep.engine.replica;

import dev.lockstep.transport.Stream;
import org.agrona.DirectBuffer;

/**
 * The ways to the other members, as a transport gives them. No offer waits. The longest frame with what stands before it
 * ({@link Replica#APPEND_OVERHEAD}) must fit {@link Stream#LOG}, a kilobyte {@link Stream#CONTROL}, and a snapshot's chunk
 * {@link Stream#BULK}: a message that is too long for its stream stops the node.
 */
@FunctionalInterface
public interface Links {
    /**
     * Offers a message. If it is accepted it is delivered in order, or the link goes down and the replica hears of it.
     *
     * @param node the peer
     * @param stream the stream
     * @param buffer where the message stands; only during this call, but for one on {@link Stream#BULK} that was
     *     back-pressured: that is offered again from the same place
     * @param offset its first byte
     * @param length its length
     * @return a position, or one of {@link dev.lockstep.transport.SendResult}
     */
    long offer(int node, Stream stream, DirectBuffer buffer, int offset, int length);

    /** Something that others wait for was offered, and work follows here that need not keep it: now it may leave. */
    default void depart() {}
}
