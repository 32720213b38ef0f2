package dev.lockstep.engine.replica;

import dev.lockstep.storage.Invariant;
import dev.lockstep.transport.Transport;

/**
 * Which node holds which index, as far as it has acknowledged it in this term (safety 22), and what enough of them hold.
 * Owned by the replica's thread.
 */
final class CommitTracker {
    private final long[] matched = new long[Transport.MAX_NODE + 1];
    private final long[] sorted = new long[Transport.MAX_NODE + 1];

    /** @return whether it holds more than was known */
    boolean onMatched(int node, long index) {
        if (index <= matched[node]) {
            return false;
        }
        matched[node] = index;
        return true;
    }

    /** It may have lost what it had: a new incarnation of it has come, or another identity. */
    void forget(int node) {
        matched[node] = 0;
    }

    /** @return what a node holds, as far as is known */
    long matched(int node) {
        return matched[node];
    }

    /**
     * @param nodes those who count
     * @param copies how many of them must hold it
     * @return the last index that so many hold
     */
    long heldBy(int[] nodes, int copies) {
        Invariant.check(copies > 0 && copies <= nodes.length, "more copies than data nodes", nodes.length, copies);
        for (int i = 0; i < nodes.length; i++) {
            insert(matched[nodes[i]], i);
        }
        return sorted[nodes.length - copies];
    }

    /** Keeps the first few in order: there are seldom more than five, and that is asked several times a frame. */
    private void insert(long index, int count) {
        int at = count;
        while (at > 0 && sorted[at - 1] > index) {
            sorted[at] = sorted[at - 1];
            at--;
        }
        sorted[at] = index;
    }
}
