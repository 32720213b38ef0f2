package dev.lockstep.transport.link;

/**
 * What is carried beside each message: which life of the link it belongs to, and what kind it is. A life is a pair of
 * nonces, the sender's and the receiver's: when either side begins anew, nothing that is on the way, in either
 * direction, has the right tag any more.
 */
public final class Tag {
    private static final int KIND_BITS = 2;
    private static final long KIND_MASK = (1 << KIND_BITS) - 1;

    /** Odd, so that no nonce loses bits. */
    private static final long MIX = 0x9E37_79B9_7F4A_7C15L;

    /** The caller's own bytes. */
    static final int MESSAGE = 0;
    /** Links talking about themselves. */
    static final int LINK = 1;
    /** A part of a long message. */
    static final int PIECE = 2;

    private Tag() {}

    /** @return which life, and which direction of it */
    static long life(long senderNonce, long receiverNonce) {
        long mixed = senderNonce * MIX + Long.rotateLeft(receiverNonce * MIX, Long.SIZE / 2);
        return mixed >>> KIND_BITS;
    }

    static long of(long life, int kind) {
        return life << KIND_BITS | kind;
    }

    /**
     * @param tag what is carried beside a message
     * @return whether the message is the caller's own, and whole
     */
    public static boolean isMessage(long tag) {
        return kind(tag) == MESSAGE;
    }

    static int kind(long tag) {
        return (int) (tag & KIND_MASK);
    }

    static long lifeOf(long tag) {
        return tag >>> KIND_BITS;
    }

    /** @return a nonce, which is never zero, from random bits */
    static long toNonce(long random) {
        return random == 0 ? 1 : random;
    }
}
