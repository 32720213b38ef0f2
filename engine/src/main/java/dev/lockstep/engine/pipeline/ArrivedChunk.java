package dev.lockstep.engine.pipeline;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Room for one chunk on its way from a peer to the device. The replica's thread fills it, the worker empties it: each owns
 * all of it in its turn.
 */
final class ArrivedChunk {
    private final UnsafeBuffer bytes;
    private Transfer transfer;
    private int number;
    private int length;
    private volatile boolean isFull;

    ArrivedChunk(int maxBytes) {
        bytes = new UnsafeBuffer(new byte[maxBytes]);
    }

    boolean isFull() {
        return isFull;
    }

    /** The replica's thread, while it is not full. */
    void fill(Transfer newTransfer, int newNumber, DirectBuffer buffer, int offset, int newLength) {
        bytes.putBytes(0, buffer, offset, newLength);
        transfer = newTransfer;
        number = newNumber;
        length = newLength;
        isFull = true;
    }

    /** The worker, while it is full, as all below. */
    Transfer transfer() {
        return transfer;
    }

    int number() {
        return number;
    }

    UnsafeBuffer bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    /** The worker; or the replica's thread in its turn. */
    void empty() {
        isFull = false;
    }
}
