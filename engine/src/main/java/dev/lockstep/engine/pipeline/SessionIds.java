package dev.lockstep.engine.pipeline;

/**
 * Names for the sessions of this node's own submitters: each is drawn once, and says of which node and lane it is, so that
 * an applier sees at a glance whether somebody here waits for the reply.
 */
final class SessionIds {
    static final int MAX_LANES = 1 << 12;
    private static final int NODE_SHIFT = 56;
    private static final int LANE_SHIFT = 44;
    private static final long DRAWN = (1L << LANE_SHIFT) - 1;

    private SessionIds() {}

    /** @return a name that nobody else has */
    static long make(int node, int lane, long random) {
        long drawn = random & DRAWN;
        return (long) node << NODE_SHIFT | (long) lane << LANE_SHIFT | (drawn == 0 ? 1 : drawn);
    }

    static int node(long session) {
        return (int) (session >>> NODE_SHIFT);
    }

    static int lane(long session) {
        return (int) (session >>> LANE_SHIFT) & (MAX_LANES - 1);
    }
}
