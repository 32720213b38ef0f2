package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.replica.Skip;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The commands that are not applied, and the timers that do not fire, because an operator has decided so, as one committed
 * configuration says. Immutable.
 */
final class Skips {
    static final Skips NONE = new Skips(List.of());

    private final List<Skip> decided;
    private final long[] commands;
    /** Each of them at the same place in both. */
    private final long[] timerIndexes;

    private final long[] timerIds;
    /** In an order of their own. */
    private final List<Skip> sorted;

    private Skips(List<Skip> decided) {
        this.decided = decided;
        this.commands = ofKind(decided, false).mapToLong(Skip::index).sorted().toArray();
        this.timerIndexes = ofKind(decided, true).mapToLong(Skip::index).toArray();
        this.timerIds = ofKind(decided, true).mapToLong(Skip::timer).toArray();
        this.sorted = decided.stream()
                .sorted(Comparator.comparingLong(Skip::index)
                        .thenComparing(Skip::timer, Comparator.nullsFirst(Comparator.naturalOrder())))
                .toList();
    }

    private static Stream<Skip> ofKind(List<Skip> decided, boolean isTimer) {
        return decided.stream().filter(each -> (each.timer() != null) == isTimer);
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
        for (int i = 0; i < timerIds.length; i++) {
            if (timerIndexes[i] == index && timerIds[i] == id) {
                return true;
            }
        }
        return false;
    }

    /** @return the first index of which one leaves out what the other does not; the largest number if there is none */
    long firstDifference(Skips other) {
        int at = 0;
        while (at < sorted.size() && at < other.sorted.size() && isSame(sorted.get(at), other.sorted.get(at))) {
            at++;
        }
        return Math.min(indexAt(at), other.indexAt(at));
    }

    private static boolean isSame(Skip one, Skip other) {
        return one.index() == other.index() && Objects.equals(one.timer(), other.timer());
    }

    private long indexAt(int at) {
        return at < sorted.size() ? sorted.get(at).index() : Long.MAX_VALUE;
    }

    /**
     * @param index the last one that a snapshot includes
     * @return whether it is without all that is skipped: what was taken between a command and the decision may have it
     */
    boolean allowSnapshotAt(long index) {
        return decided.stream().noneMatch(each -> each.index() <= index && index < each.since());
    }
}
