package dev.lockstep.transport.link;

/**
 * What is carried beside each message: which life of the link it belongs to, by the nonce that its receiver has made
 * for it, and what kind it is. A message of another life can never have the right one.
 */
final class Tag {
    private static final int KIND_BITS = 2;
    private static final long KIND_MASK = (1 << KIND_BITS) - 1;

    /** The caller's own bytes. */
    static final int MESSAGE = 0;
    /** Links talking about themselves. */
    static final int LINK = 1;
    /** A part of a long message. */
    static final int PIECE = 2;

    private Tag() {}

    static long of(long nonce, int kind) {
        return nonce << KIND_BITS | kind;
    }

    static int kind(long tag) {
        return (int) (tag & KIND_MASK);
    }

    static long nonce(long tag) {
        return tag >>> KIND_BITS;
    }

    /** @return a nonce that is not zero, from random bits */
    static long toNonce(long random) {
        long nonce = random >>> KIND_BITS;
        return nonce == 0 ? 1 : nonce;
    }
}
