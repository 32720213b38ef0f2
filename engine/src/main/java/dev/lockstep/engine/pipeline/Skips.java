package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.replica.Skip;
import java.util.Arrays;
import java.util.List;

/**
 * The commands that are not applied, and the timers that do not fire, because an operator has decided so, as one committed
 * configuration says. Immutable.
 */
final class Skips {
    static final Skips NONE = new Skips(List.of());

    private final List<Skip> decided;
    /** Of all of them. */
    private final long[] indexes;
    /** Of those that are commands. */
    private final long[] commands;

    private final List<Skip> timers;

    private Skips(List<Skip> decided) {
        this.decided = decided;
        this.indexes = decided.stream().mapToLong(Skip::index).sorted().toArray();
        this.commands = decided.stream()
                .filter(each -> each.timer() == null)
                .mapToLong(Skip::index)
                .sorted()
                .toArray();
        this.timers = decided.stream().filter(each -> each.timer() != null).toList();
    }

    static Skips of(List<Skip> decided) {
        return new Skips(decided);
    }

    List<Skip> decided() {
        return decided;
    }

    boolean includeCommand(long index) {
        return commands.length > 0 && Arrays.binarySearch(commands, index) >= 0;
    }

    /**
     * @param index the first one of the frame at which it would fire
     * @param id its number
     */
    boolean includeTimer(long index, long id) {
        return !timers.isEmpty() && timers.stream().anyMatch(each -> each.index() == index && each.timer() == id);
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
