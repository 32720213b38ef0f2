package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.replica.Skip;
import java.util.Arrays;
import java.util.List;

/** The commands that are not applied, because an operator has decided so, as one committed configuration says. Immutable. */
final class Skips {
    static final Skips NONE = new Skips(List.of());

    private final List<Skip> decided;
    private final long[] indexes;

    private Skips(List<Skip> decided) {
        this.decided = decided;
        this.indexes = decided.stream().mapToLong(Skip::index).sorted().toArray();
    }

    static Skips of(List<Skip> decided) {
        return new Skips(decided);
    }

    List<Skip> decided() {
        return decided;
    }

    boolean include(long index) {
        return indexes.length > 0 && Arrays.binarySearch(indexes, index) >= 0;
    }

    /** @return the first index that one of them includes and the other does not; the largest number if there is none */
    long firstDifference(Skips other) {
        int at = 0;
        while (at < indexes.length && at < other.indexes.length && indexes[at] == other.indexes[at]) {
            at++;
        }
        return Math.min(indexAt(at), other.indexAt(at));
    }

    private long indexAt(int at) {
        return at < indexes.length ? indexes[at] : Long.MAX_VALUE;
    }

    /**
     * @param index the last one that a snapshot includes
     * @return whether it is without all that is skipped: what was taken between a command and the decision may have it
     */
    boolean allowSnapshotAt(long index) {
        return decided.stream().noneMatch(each -> each.index() <= index && index < each.since());
    }
}
