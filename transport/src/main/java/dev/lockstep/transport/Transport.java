package dev.lockstep.transport;

import org.agrona.DirectBuffer;

/**
 * Links between this node and others: bytes in order, with back-pressure, delivered whole or not at all. A link is up
 * once both sides have shown that they live and belong together; a loss that cannot be repaired takes it down, visibly
 * and on both sides, and it comes up again by itself.
 *
 * <p>Belongs to the thread that uses it first, which also drives it: {@link #poll} brings what has arrived, {@link #invoke} moves what was
 * offered. No method blocks. A peer that is slow, or dead, makes nobody wait but those who offer to it.
 *
 * <pre>{@code
 * long result = transport.offer(node, Stream.LOG, buffer, offset, length);
 * transport.invoke();
 * transport.poll(handler, 16);
 * }</pre>
 */
public interface Transport extends AutoCloseable {
    /** The greatest number a node may have. */
    int MAX_NODE = 255;

    /**
     * Offers a message. If it is accepted it is delivered, or the link goes down.
     *
     * <p>A message on {@link Stream#BULK} that is longer than {@link #maxWholeBytes} is sent in pieces, as the peer takes
     * them: the result is {@code BACK_PRESSURED} until the last piece is out, and the caller offers the same bytes, at
     * the same place, again. To offer anything else on that stream meanwhile gives the message up.
     *
     * @param node the peer
     * @param stream the stream
     * @param buffer where the message stands
     * @param offset its first byte
     * @param length its length, from 1
     * @return a position, or one of {@link SendResult}
     */
    long offer(int node, Stream stream, DirectBuffer buffer, int offset, int length);

    /**
     * Claims room for a message that fits one datagram, to be filled in place.
     *
     * @param node the peer
     * @param stream the stream
     * @param length the message's length, up to {@link #maxClaimBytes}
     * @param claim set to the room if the result is not negative; then it must be committed or aborted at once
     * @return a position, or one of {@link SendResult}
     */
    long claim(int node, Stream stream, int length, Claim claim);

    /** @return a claim to use with this transport */
    Claim newClaim();

    /** @return the longest message that can be claimed */
    int maxClaimBytes();

    /**
     * @param stream a stream
     * @return the longest message that it carries without taking it to pieces
     */
    int maxWholeBytes(Stream stream);

    /**
     * @param stream a stream
     * @return the longest message that it carries
     */
    int maxMessageBytes(Stream stream);

    /**
     * Delivers what has arrived, some of each link.
     *
     * @param handler hears it
     * @param limit how much at most, in datagrams; events of links come besides
     * @return how much was delivered or handled
     */
    int poll(LinkHandler handler, int limit);

    /**
     * Moves bytes between memory and the network, where that is this thread's work, and looks after the links.
     *
     * @return zero if there was nothing to do
     */
    int invoke();

    /**
     * Has a link with a node from now on, or with another address of it.
     *
     * @param peer the node
     */
    void add(Peer peer);

    /**
     * Has no link with a node any more; no event tells of it.
     *
     * @param node the node
     */
    void remove(int node);

    /**
     * Says something else of itself from now on; every link goes down and comes up anew.
     *
     * @param hello who this node is now
     */
    void introduceAs(Hello hello);

    /**
     * @param node a node
     * @return whether messages can be offered to it
     */
    boolean isUp(int node);

    /**
     * @param node a node that was added
     * @return what happened on its link; any thread may read it
     */
    LinkCounters counters(int node);

    /** @return what came to this transport and was of no link; any thread may read it */
    TransportCounters counters();

    /** Gives it up: the next thread that uses it owns it, once it has safely been handed over. */
    void release();

    /** Takes every link down and lets go of everything. Idempotent. */
    @Override
    void close();
}
