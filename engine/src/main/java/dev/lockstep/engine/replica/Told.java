package dev.lockstep.engine.replica;

import dev.lockstep.engine.Ack;
import java.util.Arrays;

/** What this node, as the primary, has told submitters, or its applier may have: the last index of each level. Owned by the replica's thread. */
final class Told {
    private final long[] lastIndex = new long[Ack.count()];

    void onTold(long index, Ack reached) {
        lastIndex[reached.rank()] = Math.max(lastIndex[reached.rank()], index);
    }

    /** What was told of these was told of something that is gone. */
    void onCut(long firstIndex) {
        for (int level = 0; level < lastIndex.length; level++) {
            lastIndex[level] = Math.min(lastIndex[level], firstIndex - 1);
        }
    }

    /** @return the last index that anything was told of; zero if there is none */
    long lastIndex() {
        return Arrays.stream(lastIndex, 1, lastIndex.length).max().orElse(0);
    }

    /** @return the most that was told of an index from there on */
    Ack levelFrom(long index) {
        for (int level = lastIndex.length - 1; level > 0; level--) {
            if (lastIndex[level] >= index) {
                return Ack.of(level);
            }
        }
        return Ack.NONE;
    }
}
