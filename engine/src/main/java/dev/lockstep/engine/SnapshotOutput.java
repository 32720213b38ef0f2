package dev.lockstep.engine;

import org.agrona.DirectBuffer;

/**
 * Takes a state, piece after piece; it holds little of it in memory. Only during the call that gives it.
 *
 * <p>Every method throws where the node has something more urgent to do than to save its state: an election in which it may
 * have to take over, or its close. Let that pass through. The snapshot is given up, also where that is caught, and is taken
 * again later; so is one for which the device has no room.
 */
public interface SnapshotOutput {
    /** @param value a byte */
    void putByte(byte value);

    /** @param value a number, in four bytes */
    void putInt(int value);

    /** @param value a number, in eight bytes */
    void putLong(long value);

    /**
     * @param source where bytes are
     * @param offset the first of them
     * @param length how many
     */
    void putBytes(DirectBuffer source, int offset, int length);
}
