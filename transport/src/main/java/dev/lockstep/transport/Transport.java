package dev.lockstep.transport;

import org.agrona.DirectBuffer;

/**
 * Links between this node and others: bytes in order, with back-pressure, delivered whole or not at all. A link is up
 * once both sides have shown that they live and belong together; a loss that cannot be repaired takes it down, visibly
 * and on both sides, and it comes up again by itself.
 *
 * <p>Belongs to the thread that uses it first, which also drives it: {@link #poll} brings what has arrived, {@link #invoke} moves what was
 * offered. No method waits for a peer: one that is slow, or dead, makes nobody wait but those who offer to it. The one
 * thing that takes long is to begin anew after a pause of the process that was longer than ten seconds: some
 * milliseconds within {@link #invoke}, or, with an external driver that does not answer, up to ten seconds.
 *
 * <p>Clients come by themselves, as many as there are places for. Each has a number of its own from when it comes until
 * it goes; one that comes back has another. {@link #remove} sends it away, which does not keep it from coming back.
 *
 * <pre>{@code
 * long result = transport.offer(node, Stream.LOG, buffer, offset, length);
 * transport.invoke();
 * transport.poll(handler, 16);
 * }</pre>
 */
public interface Transport extends AutoCloseable {
    /** The greatest number a node may have; greater ones are given to clients as they come, each once. */
    int MAX_NODE = 255;

    /**
     * @param number of a node or client
     * @return whether it is a client's
     */
    static boolean isClient(int number) {
        return number > MAX_NODE;
    }

    /**
     * Offers a message. If it is accepted it is delivered, or the link goes down.
     *
     * <p>A message on {@link Stream#BULK} that is longer than {@link #maxWholeBytes} is sent in pieces, as the peer takes
     * them: the result is {@code BACK_PRESSURED} until the last piece is out, and the caller offers the same bytes, at
     * the same place, again. They must not change until the message is accepted, or given up: by {@link #giveUp}, or by
     * offering something of another place or length on that stream.
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
     * Has no more of a long message sent that was not accepted yet; the peer drops what it has of it.
     *
     * @param node the peer
     */
    void giveUp(int node);

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
     * @param limit how much of each stream at most, in datagrams, taken from its peers in turn; events come besides
     * @return zero if nothing had come and nothing had happened
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
     * @param hello the same node, identity and start; of another cluster, group or epoch
     */
    void introduceAs(Hello hello);

    /**
     * @param node a node
     * @return whether messages can be offered to it
     */
    boolean isUp(int node);

    /**
     * @param node a node that was added
     * @return what happened on its link; ask for it on the transport's thread, any thread may read it
     */
    LinkCounters counters(int node);

    /** @return what came to this transport and was of no link; any thread may read it */
    TransportCounters counters();

    /** Gives it up: the next thread that uses it owns it, once it has safely been handed over. */
    void release();

    /** Lets go of everything, on the transport's thread; no event tells of it. Idempotent. */
    @Override
    void close();
}
