package dev.lockstep.engine;

import org.agrona.MutableDirectBuffer;

/**
 * Gives a state back, in the order in which it was put. Only during the call that gives it. Whoever reads more than was put
 * gets {@link EngineException.BadSnapshot}.
 */
public interface SnapshotInput {
    /** @return the {@link Command#version} that was active when it was saved */
    int version();

    /** @return a byte */
    byte getByte();

    /** @return a number of four bytes */
    int getInt();

    /** @return a number of eight bytes */
    long getLong();

    /**
     * @param target where bytes go
     * @param offset where the first of them goes
     * @param length how many
     */
    void getBytes(MutableDirectBuffer target, int offset, int length);

    /** @return whether nothing is left */
    boolean isAtEnd();
}
