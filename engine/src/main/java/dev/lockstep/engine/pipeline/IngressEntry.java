package dev.lockstep.engine.pipeline;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Looks at an entry of the {@link Ingress}, where it lies. Owned by the hot thread. */
final class IngressEntry {
    /** Bytes before the payload. */
    static final int HEAD_BYTES = 40;

    static final int LENGTH = 0;
    static final int KIND = 4;
    static final int SESSION = 8;
    static final int SEQUENCE = 16;
    static final int EXPECTED_INDEX = 24;
    static final int SUBMITTER = 32;
    static final int WISH = 36;

    /** Whoever claimed it could not write it. */
    static final int VOID = 0;
    /** A command of the application. */
    static final int COMMAND = 1;
    /** A session begins. */
    static final int OPEN = 2;
    /** A session ends. */
    static final int CLOSE = 3;
    /** A session goes on, though nothing is submitted. */
    static final int RENEW = 4;

    private final UnsafeBuffer ring;
    private int at;

    IngressEntry(UnsafeBuffer ring) {
        this.ring = ring;
    }

    IngressEntry wrap(int offset) {
        at = offset;
        return this;
    }

    static int lengthAt(DirectBuffer ring, int at) {
        return ring.getInt(at + LENGTH);
    }

    static boolean isVoid(DirectBuffer ring, int at) {
        return ring.getInt(at + KIND) == VOID;
    }

    static void writeVoid(MutableDirectBuffer ring, int at, int length) {
        ring.putInt(at + LENGTH, length);
        ring.putInt(at + KIND, VOID);
    }

    int length() {
        return lengthAt(ring, at);
    }

    int kind() {
        return ring.getInt(at + KIND);
    }

    long session() {
        return ring.getLong(at + SESSION);
    }

    /** @return which one of its session, from 1 */
    long sequence() {
        return ring.getLong(at + SEQUENCE);
    }

    /** @return the last index that may be applied before it; negative if that does not matter */
    long expectedIndex() {
        return ring.getLong(at + EXPECTED_INDEX);
    }

    /** @return which submitter of this node's hears of it */
    int submitter() {
        return ring.getInt(at + SUBMITTER);
    }

    /** @return what its submitter waits for, one of {@link Wish} */
    int wish() {
        return ring.getInt(at + WISH);
    }

    void copyPayload(MutableDirectBuffer into, int offset) {
        Ingress.copy(ring, at + HEAD_BYTES, length(), into, offset);
    }
}
