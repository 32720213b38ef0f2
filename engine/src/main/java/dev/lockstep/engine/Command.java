package dev.lockstep.engine;

import org.agrona.DirectBuffer;

/** One command, as it stands in the log: the same on every node, and at every replay. Only during the call that gives it. */
public interface Command {
    /** @return its place in the log; it grows from one command to the next, not always by one */
    long index();

    /** @return the term of the primary that put it into the log */
    long term();

    /** @return the cluster's time, in nanoseconds since 1970; it never goes back from one command to the next */
    long clusterTimeNs();

    /** @return the behaviour that is active, see {@link StateMachine#version} */
    int version();

    /**
     * What was submitted, from its byte 0, as long as the buffer's capacity; read only. A command may have any length: check
     * it, and {@link Reply#reject} what is none of yours, for what throws stops the applier.
     *
     * <p>Numbers stand there as whoever submitted has written them. The buffer's methods without a byte order go by the
     * machine's, which is little-endian wherever this runs; a {@link java.nio.ByteBuffer} writes big-endian unless it is told
     * otherwise. Name the order on both sides.
     *
     * @return the bytes, only during the call that gives them
     */
    DirectBuffer payload();
}
