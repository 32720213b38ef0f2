package dev.lockstep.transport.link;

import dev.lockstep.transport.Claim;
import dev.lockstep.transport.Stream;
import org.agrona.DirectBuffer;

/** The way to one peer. Belongs to the wire's thread. */
public interface Outbound {
    /**
     * Offers a message.
     *
     * @param stream the stream
     * @param buffer where it stands
     * @param offset its first byte
     * @param length its length
     * @param tag what to carry beside it
     * @return a position, or one of {@link dev.lockstep.transport.SendResult}
     */
    long offer(Stream stream, DirectBuffer buffer, int offset, int length, long tag);

    /**
     * Claims room for a message.
     *
     * @param stream the stream
     * @param length its length
     * @param tag what to carry beside it
     * @param claim of this wire, set to the room
     * @return a position, or one of {@link dev.lockstep.transport.SendResult}
     */
    long claim(Stream stream, int length, long tag, Claim claim);

    /** @return whether the peer takes what is sent, on every stream, as far as is known */
    boolean isConnected();

    /** @return how often the peer has asked for something to be sent again */
    long retransmitted();

    /** The peer does not answer: reaches for it anew, as if for the first time. */
    void renew();

    /** Reaches for the peer no longer. */
    void close();
}
