package dev.lockstep.transport;

import org.agrona.MutableDirectBuffer;

/**
 * Room for one message in the memory that it is sent from. Filled in by its owner, then committed or aborted at once:
 * whatever is sent behind it waits for that. Made by {@link Transport#newClaim()} and used again and again, by the
 * transport's thread.
 */
public interface Claim {
    /** @return the memory; only between a claim and its commit or abort */
    MutableDirectBuffer buffer();

    /** @return where the room begins */
    int offset();

    /** @return how long it is */
    int length();

    /** Sends what stands in the room. */
    void commit();

    /** Gives the room up; nothing is sent. */
    void abort();
}
