package dev.lockstep.engine.replica;

import java.util.Arrays;

/** The newest checkpoints that one node has told of. Owned by the primary's thread. */
final class HeardCheckpoints {
    private static final int KEPT = 8;

    private final long[] indexes = new long[KEPT];
    private final long[] hashes = new long[KEPT];
    private int heard;

    void hear(long index, long hash) {
        if (index > newestIndex()) {
            int at = heard++ % KEPT;
            indexes[at] = index;
            hashes[at] = hash;
        }
    }

    /** @return zero if there is none */
    long newestIndex() {
        return heard == 0 ? 0 : indexes[(heard - 1) % KEPT];
    }

    boolean has(long index) {
        return find(index) >= 0;
    }

    /** Of one that was heard. */
    long hash(long index) {
        return hashes[find(index)];
    }

    private int find(long index) {
        for (int i = 0; i < KEPT; i++) {
            if (index > 0 && indexes[i] == index) {
                return i;
            }
        }
        return -1;
    }

    /** A new start of it has come, of which nothing was heard yet. */
    void clear() {
        heard = 0;
        Arrays.fill(indexes, 0);
    }
}
