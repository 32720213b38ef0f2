package dev.lockstep.engine.pipeline;

import org.agrona.MutableDirectBuffer;

/** What a submitter says of an entry besides its payload. Owned by the submitter's thread, and used again. */
final class IngressHead {
    int kind = IngressEntry.COMMAND;
    long session;
    long sequence;
    long expectedIndex = -1;
    int submitter;
    /** One of {@link Wish}. */
    int wish;

    void write(MutableDirectBuffer ring, int at, int length) {
        ring.putInt(at + IngressEntry.LENGTH, length);
        ring.putInt(at + IngressEntry.KIND, kind);
        ring.putLong(at + IngressEntry.SESSION, session);
        ring.putLong(at + IngressEntry.SEQUENCE, sequence);
        ring.putLong(at + IngressEntry.EXPECTED_INDEX, expectedIndex);
        ring.putInt(at + IngressEntry.SUBMITTER, submitter);
        ring.putInt(at + IngressEntry.WISH, wish);
    }
}
