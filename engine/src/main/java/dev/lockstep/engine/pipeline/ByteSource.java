package dev.lockstep.engine.pipeline;

import org.agrona.MutableDirectBuffer;

/** Where the bytes of a state come from: a section of a snapshot, or memory. Used by one thread at a time. */
interface ByteSource {
    /** What {@link #read} returns when nothing is left. */
    int END = -1;

    /**
     * Gives the next of them; may block for the device.
     *
     * @param buffer where to put them
     * @param offset where to put the first of them
     * @param length how many at most, at least one
     * @return how many were put, at least one; {@link #END} when nothing is left
     */
    int read(MutableDirectBuffer buffer, int offset, int length);
}
