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
     * @param node who it is, or {@link dev.lockstep.transport.LinkHandler#UNKNOWN_NODE}
     * @param why a sentence that names both sides' values
     */
    void onMisfit(int node, String why);

    /** Every channel is lost. The wire is made anew, and then others may take us for another. */
    void onAllLost();

    /**
     * Something is wrong that the wire cannot mend. Told once while it lasts.
     *
     * @param why what is wrong, and what to do
     */
    void onTrouble(String why);
}
