package dev.lockstep.transport.aeron;

/**
 * How often a socket is asked whether something has come. To ask costs half a microsecond, and a node has many sockets;
 * so one on which nothing has come for a while rests between two questions. Belongs to the driver's thread.
 */
final class Pace {
    private static final long AWAKE_NS = 200_000;
    private static final long REST_NS = 50_000;

    private long heardNs;
    private long askedNs;
    private boolean rests;

    /** @return whether it is time to ask; then the answer is to be told */
    boolean isDue(long nowNs) {
        return !rests || nowNs - askedNs >= REST_NS;
    }

    void onAnswer(boolean hasCome, long nowNs) {
        askedNs = nowNs;
        if (hasCome) {
            heardNs = nowNs;
        }
        rests = nowNs - heardNs > AWAKE_NS;
    }
}
