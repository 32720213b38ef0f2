package dev.lockstep.engine.pipeline;

import org.agrona.DirectBuffer;

/** Where a submitter's entries go: into the ring, or straight into the frame that is being filled. */
interface Entrance {
    /** There is no room now. */
    int FULL = -1;
    /** It would take more than there can ever be. */
    int TOO_LARGE = -2;

    /**
     * @param head what stands before the payload; read during this call
     * @param payload where the payload is
     * @param offset its first byte
     * @param length its length
     * @return a number that is not negative; {@link #FULL} or {@link #TOO_LARGE}
     */
    int offer(IngressHead head, DirectBuffer payload, int offset, int length);
}
