package dev.lockstep.benchmarks.transport;

import org.agrona.DirectBuffer;

/**
 * A way between two processes that carries messages to and fro, driven by the one thread that uses it. One
 * implementation is loaded in a JVM, so calls through it cost nothing.
 */
interface Line extends AutoCloseable {
    /** Hears what comes. */
    @FunctionalInterface
    interface Listener {
        /** A message, whole. */
        void onMessage(DirectBuffer buffer, int offset, int length);
    }

    /** @return whether the other end is there */
    boolean isUp();

    /** @return whether the message was taken; it leaves at the next {@link #work} at the latest */
    boolean send(DirectBuffer buffer, int offset, int length);

    /** One duty cycle: sends what was taken, then delivers what has come. */
    void work(Listener listener);

    @Override
    void close();
}
