package dev.lockstep.engine.replica;

import dev.lockstep.storage.Invariant;
import java.util.Arrays;

/**
 * Counts which data node holds which index, and says what enough of them hold. Only what was acknowledged in this term
 * is recorded (safety 22). Owned by the replica's thread.
 */
final class CommitTracker {
    private static final int[] NOBODY = {};

    private int[] nodes = NOBODY;
    private long[] matched = {};
    private long[] sorted = {};

    /** Counts for those from now on; who was counted before keeps what it has. */
    void count(Config config) {
        int[] next = config.dataNodes().stream().mapToInt(Member::node).toArray();
        long[] nextMatched = new long[next.length];
        for (int i = 0; i < next.length; i++) {
            int before = placeOf(next[i]);
            nextMatched[i] = before < 0 ? 0 : matched[before];
        }
        nodes = next;
        matched = nextMatched;
        sorted = new long[next.length];
    }

    private int placeOf(int node) {
        for (int i = 0; i < nodes.length; i++) {
            if (nodes[i] == node) {
                return i;
            }
        }
        return -1;
    }

    /** @return whether it counts, and holds more than was known */
    boolean onMatched(int node, long index) {
        int place = placeOf(node);
        if (place < 0 || index <= matched[place]) {
            return false;
        }
        matched[place] = index;
        return true;
    }

    /** It may have lost what it had: a new incarnation of it has come. */
    void forget(int node) {
        int place = placeOf(node);
        if (place >= 0) {
            matched[place] = 0;
        }
    }

    /** @return what a node holds, as far as is known */
    long matched(int node) {
        int place = placeOf(node);
        return place < 0 ? 0 : matched[place];
    }

    /**
     * @param copies how many must hold it
     * @return the last index that so many hold
     */
    long heldBy(int copies) {
        Invariant.check(copies > 0 && copies <= nodes.length, "more copies than data nodes", nodes.length, copies);
        System.arraycopy(matched, 0, sorted, 0, matched.length);
        Arrays.sort(sorted);
        return sorted[sorted.length - copies];
    }
}
