package dev.lockstep.engine;

import org.agrona.DirectBuffer;

/**
 * The answer to one command. The state machine writes it, and the submitter reads it. What a submitter was given can only
 * be read: writing then throws {@link IllegalStateException}.
 *
 * <p>A reply that is longer than {@code maxReplyBytes} of its submitter's node is not told, but {@link Outcome#REPLY_GONE}:
 * the command was applied. One that is longer than 1 MiB cannot be written, on any node: what the methods throw then stops
 * every applier, unless {@link StateMachine#apply} catches it.
 */
public interface Reply {
    /**
     * Adds a byte.
     *
     * @param value the byte
     * @return this
     * @throws IllegalArgumentException if the reply would be longer than 1 MiB
     */
    Reply putByte(byte value);

    /**
     * Adds four bytes, the lowest first.
     *
     * @param value the number
     * @return this
     * @throws IllegalArgumentException if the reply would be longer than 1 MiB
     */
    Reply putInt(int value);

    /**
     * Adds eight bytes, the lowest first.
     *
     * @param value the number
     * @return this
     * @throws IllegalArgumentException if the reply would be longer than 1 MiB
     */
    Reply putLong(long value);

    /**
     * Adds bytes.
     *
     * @param source where they are
     * @param offset the first of them
     * @param length how many
     * @return this
     * @throws IllegalArgumentException if the reply would be longer than 1 MiB
     */
    Reply putBytes(DirectBuffer source, int offset, int length);

    /**
     * Says no, on every node the same. The state should be as before; what was put into the reply is kept, as a reason.
     *
     * @param code why, in the application's own numbers
     */
    void reject(int code);

    /** @return what became of the command */
    Outcome outcome();

    /** @return what {@link #reject} was given; zero if it was not called */
    int code();

    /**
     * @return what was put, from byte 0, as long as the buffer's capacity. Numbers are little-endian, as the buffer's own
     *     methods read them wherever this runs. A listener must not keep it: it is used again for the next reply
     */
    DirectBuffer payload();

    /** @return the command's place in the log; zero if it is not known to have one */
    long index();

    /** @return the term of the primary that put it there; zero if it is not known to have one */
    long term();

    /** @return how far the command had come when this was told, at least; less than was asked for if time ran out */
    Ack reached();

    /**
     * @return where the state stood when the command had been applied, to be handed to {@link ReadConsistency#atLeast}; of
     *     one that was only accepted, where it stands in the log. It is made for each call
     */
    Position position();
}
