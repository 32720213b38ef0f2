package dev.lockstep.engine.replica;

import dev.lockstep.storage.Invariant;
import java.util.ArrayDeque;
import java.util.Iterator;

/**
 * The configurations of the log: the newest is in force from when it is appended, and those behind the commit stay until
 * it is known that none of them is cut (safety 31). Owned by the replica's thread.
 */
final class Configs {
    private record Entry(long index, Config config) {}

    private final ArrayDeque<Entry> entries = new ArrayDeque<>();

    /** The log, or a snapshot, begins with that one: it is committed. */
    void begin(long index, Config config) {
        entries.clear();
        entries.add(new Entry(index, config));
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    void onAppended(long index, Config config) {
        Invariant.check(entries.isEmpty() || index > currentIndex(), "a CONFIG before the one in force");
        entries.addLast(new Entry(index, config));
    }

    /** The log was cut: what was in force before is again. */
    void onCut(long firstIndexCut) {
        while (!entries.isEmpty() && entries.getLast().index() >= firstIndexCut) {
            Invariant.check(entries.size() > 1, "the configuration that the log begins with was cut");
            entries.removeLast();
        }
    }

    void onCommitted(long commit) {
        Iterator<Entry> oldest = entries.iterator();
        int superseded = -1;
        while (oldest.hasNext() && oldest.next().index() <= commit) {
            superseded++;
        }
        for (int i = 0; i < superseded; i++) {
            entries.removeFirst();
        }
    }

    /** @return the one in force */
    Config current() {
        return entries.getLast().config();
    }

    long currentIndex() {
        return entries.getLast().index();
    }

    /** @return whether one is in force that may still be cut */
    boolean isOneUncommitted(long commit) {
        return currentIndex() > commit;
    }
}
