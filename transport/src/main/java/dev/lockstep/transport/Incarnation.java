package dev.lockstep.transport;

import java.util.Comparator;

/**
 * Which start of a node this is. Of two with the same identity, the greater one is the living one.
 *
 * @param start how often the node was started, counted on its disk
 * @param generation how often its transport was built anew within that start
 */
public record Incarnation(long start, int generation) implements Comparable<Incarnation> {
    private static final Comparator<Incarnation> ORDER =
            Comparator.comparingLong(Incarnation::start).thenComparingInt(Incarnation::generation);

    @Override
    public int compareTo(Incarnation other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return start + "." + generation;
    }
}
