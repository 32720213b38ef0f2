package dev.lockstep.engine.replica;

import dev.lockstep.storage.Invariant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The configurations of the log: the newest is in force from when it is appended, and those behind the commit stay until
 * it is known that none of them is cut (safety 31). Owned by the replica's thread.
 */
final class Configs {
    private final List<PlacedConfig> entries = new ArrayList<>();
    private Config current;

    /** The log, or a snapshot, begins with that one: it is committed. */
    void begin(PlacedConfig first) {
        entries.clear();
        entries.add(first);
        current = first.config();
    }

    /** Nothing is known: there is no log, or its beginning is lost. */
    void clear() {
        entries.clear();
        current = null;
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    void onAppended(PlacedConfig next) {
        Invariant.check(
                entries.isEmpty() || next.index() > currentIndex(),
                "a CONFIG before the one in force",
                currentIndex() + 1,
                next.index());
        entries.add(next);
        current = next.config();
    }

    /** The log was cut: what was in force before is again. */
    void onCut(long firstIndexCut) {
        while (!entries.isEmpty() && currentIndex() >= firstIndexCut) {
            entries.remove(entries.size() - 1);
        }
        current = entries.isEmpty() ? null : newest().config();
    }

    void onCommitted(long commit) {
        while (entries.size() > 1 && entries.get(1).index() <= commit) {
            entries.remove(0);
        }
    }

    /** @return the one in force; null if none is known */
    Config current() {
        return current;
    }

    /** @return the one in force, with its place; there must be one */
    PlacedConfig newest() {
        return entries.get(entries.size() - 1);
    }

    /** @return where the one in force stands; zero if none is known */
    long currentIndex() {
        return entries.isEmpty() ? 0 : newest().index();
    }

    /** @return its term; zero if none is known */
    long currentTerm() {
        return entries.isEmpty() ? 0 : newest().term();
    }

    /** @return the one that was in force at an index; null if that is not known any more */
    PlacedConfig at(long index) {
        PlacedConfig found = null;
        for (int i = 0; i < entries.size(); i++) {
            found = entries.get(i).index() <= index ? entries.get(i) : found;
        }
        return found;
    }

    /** @return the last that was committed and all behind it, oldest first */
    List<PlacedConfig> all() {
        return Collections.unmodifiableList(entries);
    }

    /** @return how many {@link #all} are */
    int count() {
        return entries.size();
    }

    /** @return whether one is in force that may still be cut */
    boolean isOneUncommitted(long commit) {
        return currentIndex() > commit;
    }
}
