package dev.lockstep.engine.replica;

import java.util.Arrays;

/** The newest checkpoints that one node has told of. Owned by the primary's thread. */
final class HeardCheckpoints {
    /** One comes in a second: whoever is later than so many is not compared. */
    private static final int KEPT = 16;

    private final long[] indexes = new long[KEPT];
    private final long[] hashes = new long[KEPT];
    private final long[] heardNs = new long[KEPT];
    private int heard;

    /** What comes before, or is other than, what was told is of another state: all that was told is of no use then. */
    void hear(long index, long hash, long nowNs) {
        if (index < newestIndex() || (has(index) && !tells(index, hash))) {
            clear();
        }
        if (index > newestIndex()) {
            int at = heard++ % KEPT;
            indexes[at] = index;
            hashes[at] = hash;
            heardNs[at] = nowNs;
        }
    }

    /** @return zero if there is none */
    long newestIndex() {
        return heard == 0 ? 0 : indexes[(heard - 1) % KEPT];
    }

    /** @return the newest one before that; zero if there is none */
    long newestBefore(long index) {
        long newest = 0;
        for (long each : indexes) {
            newest = each < index ? Math.max(newest, each) : newest;
        }
        return newest;
    }

    /** @return the newest one of which another one tells, too; zero if there is none */
    long newestCommon(HeardCheckpoints other) {
        long newest = 0;
        for (long each : indexes) {
            newest = each > newest && other.has(each) ? each : newest;
        }
        return newest;
    }

    /** @return the newest one of which another one tells the same; zero if there is none */
    long newestSame(HeardCheckpoints other) {
        long newest = 0;
        for (int i = 0; i < KEPT; i++) {
            newest = indexes[i] > newest && other.tells(indexes[i], hashes[i]) ? indexes[i] : newest;
        }
        return newest;
    }

    boolean has(long index) {
        return find(index) >= 0;
    }

    boolean tells(long index, long hash) {
        int at = find(index);
        return at >= 0 && hashes[at] == hash;
    }

    /** Of one that was heard. */
    long hash(long index) {
        return hashes[find(index)];
    }

    /** Of one that was heard. @return when that was */
    long heardNs(long index) {
        return heardNs[find(index)];
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
