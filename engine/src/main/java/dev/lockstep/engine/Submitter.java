package dev.lockstep.engine;

import org.agrona.DirectBuffer;

/**
 * One application thread's way into the engine: takes commands, and gives their replies, each once and in order. Owned by
 * the thread that uses it first: no other may call any method. Open as many as there are threads.
 *
 * <p>No method blocks. {@link #offer} and {@link #poll} take no lock and make no object, once a reign is under way: the
 * first offer of each reign begins a session, whose name is drawn under a lock. {@link #close} takes a lock. What a
 * listener does is its own affair; {@link Reply#position} makes an object.
 *
 * <pre>{@code
 * Submitter submitter = engine.newSubmitter();
 * long id = submitter.offer(buffer, 0, length);
 * if (id == Submitter.BACK_PRESSURED) {
 *     ... // offer it again later
 * }
 * submitter.poll(listener);
 * }</pre>
 */
public interface Submitter extends AutoCloseable {
    /** Too much is under way, or replies wait to be polled: poll, and offer the same again. Nothing has happened. */
    long BACK_PRESSURED = -1;
    /**
     * This node is not the primary, or not open yet, or applies nothing any more: {@link Engine#status} says who is, and
     * why. Nothing has happened.
     */
    long NOT_PRIMARY = -2;
    /** Longer than {@code maxCommandBytes}. Nothing has happened. */
    long TOO_LARGE = -3;
    /** The engine, or this submitter, is closed. Nothing has happened. */
    long CLOSED = -4;

    /** An expected index that does not matter. */
    long ANY_INDEX = -1;

    /**
     * Offers a command; its reply comes once it is committed and applied ({@link Ack#QUORUM_APPENDED}).
     *
     * @param buffer where it is; it is copied
     * @param offset its first byte
     * @param length its length, which may be zero
     * @return a number for it, greater than that of any one before; or one of the negative ones above
     * @throws NullPointerException if there is no buffer
     * @throws IndexOutOfBoundsException if the buffer does not hold that much
     */
    default long offer(DirectBuffer buffer, int offset, int length) {
        return offer(buffer, offset, length, Ack.QUORUM_APPENDED, ANY_INDEX);
    }

    /**
     * Offers a command.
     *
     * @param buffer where it is; it is copied
     * @param offset its first byte
     * @param length its length, which may be zero
     * @param ack when to hear of it. With one of the local ones that is before it is applied, so there is no reply to read;
     *     if a level is not reached in time the reply says how far it came
     * @return a number for it, greater than that of any one before; or one of the negative ones above
     * @throws IllegalArgumentException if the level is {@link Ack#NONE}
     * @throws NullPointerException if there is no buffer or no level
     * @throws IndexOutOfBoundsException if the buffer does not hold that much
     */
    default long offer(DirectBuffer buffer, int offset, int length, Ack ack) {
        return offer(buffer, offset, length, ack, ANY_INDEX);
    }

    /**
     * Offers a command that is applied only if nothing else was since the application has looked.
     *
     * @param buffer where it is; it is copied
     * @param offset its first byte
     * @param length its length, which may be zero
     * @param ack when to hear of it
     * @param expectedIndex the index of the last command that may have been applied before it; {@link #ANY_INDEX} if that
     *     does not matter
     * @return a number for it, greater than that of any one before; or one of the negative ones above
     * @throws IllegalArgumentException if the level is {@link Ack#NONE}
     * @throws NullPointerException if there is no buffer or no level
     * @throws IndexOutOfBoundsException if the buffer does not hold that much
     */
    long offer(DirectBuffer buffer, int offset, int length, Ack ack, long expectedIndex);

    /**
     * Hands over replies that have come. What is under way when the engine closes is told too, once: as applied if that is
     * known, otherwise as {@link Outcome#UNKNOWN} or {@link Outcome#NOT_APPLIED}.
     *
     * @param listener hears them; it may offer and close, and must not poll. An exception that it throws goes to the error
     *     handler; an {@link Error} is thrown on, behind its reply
     * @return how many; zero once this is closed
     */
    int poll(ReplyListener listener);

    /** @return how many commands were accepted whose replies were not polled yet; zero once this is closed */
    int pending();

    /** Ends it; what is under way goes on, and nobody hears of it. Idempotent. */
    @Override
    void close();
}
