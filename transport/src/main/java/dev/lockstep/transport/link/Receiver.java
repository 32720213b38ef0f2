package dev.lockstep.transport.link;

import org.agrona.DirectBuffer;

/** Gets what a wire brings. */
public interface Receiver {
    /**
     * A message.
     *
     * @param channel on which it came
     * @param buffer where it stands; only during this call
     * @param offset its first byte
     * @param length its length
     * @param tag what was carried beside it
     */
    void onMessage(Channel channel, DirectBuffer buffer, int offset, int length, long tag);

    /**
     * Nothing more comes on a channel; what was on the way is lost.
     *
     * @param channel the channel
     */
    void onLost(Channel channel);

    /**
     * A node's settings do not fit ours, so that it cannot be heard. Told once for each difference.
     *
     * @param node who it is; -1 if the wire does not know
     * @param why a sentence that names both sides' values
     */
    void onMisfit(int node, String why);

    /** The wire was built anew: every channel is lost, and whoever is at the other end may take us for another. */
    void onRebuilt();
}
