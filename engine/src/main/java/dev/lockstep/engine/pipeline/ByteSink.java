package dev.lockstep.engine.pipeline;

import org.agrona.DirectBuffer;

/** Where the bytes of a state go: a section of a snapshot, or memory. Used by one thread at a time. */
interface ByteSink {
    /**
     * Takes all of them; may block for the device.
     *
     * @param buffer where they are, only during this call
     * @param offset the first of them
     * @param length how many
     */
    void write(DirectBuffer buffer, int offset, int length);

    /** Asked at each piece, also of those that wait to be written together. @throws RuntimeException if it takes no more */
    default void check() {}
}
