package dev.lockstep.engine.observe;

import dev.lockstep.storage.Invariant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.agrona.concurrent.status.AtomicCounter;
import org.agrona.concurrent.status.CountersManager;

/**
 * A node's own counters. Each belongs to one thread, except for those that {@link EngineCounter} says many write; any
 * thread may read any. Nothing here waits, allocates or locks: to store one costs as much as to store a field.
 */
public final class EngineCounters {
    private final AtomicCounter[] counters;

    /** @param manager where they are made; see {@link CountersFile#counters} */
    public EngineCounters(CountersManager manager) {
        EngineCounter[] all = EngineCounter.values();
        counters = new AtomicCounter[all.length];
        for (EngineCounter each : all) {
            Invariant.check(each.number() < all.length && at(each) == null, "two counters have one number");
            counters[each.number()] = manager.newCounter(each.label(), each.number());
        }
    }

    private AtomicCounter at(EngineCounter counter) {
        return counters[counter.number()];
    }

    /**
     * Its owner.
     *
     * @param counter one that has one writer
     * @param value what it is from now on
     */
    public void set(EngineCounter counter, long value) {
        Invariant.check(!counter.isShared(), "a counter of many writers is added to, not set");
        at(counter).setRelease(value);
    }

    /**
     * Once more.
     *
     * @param counter its owner's, or one that many write
     */
    public void increment(EngineCounter counter) {
        add(counter, 1);
    }

    /**
     * So many more.
     *
     * @param counter its owner's, or one that many write
     * @param more how many
     */
    public void add(EngineCounter counter, long more) {
        AtomicCounter at = at(counter);
        if (counter.isShared()) {
            at.getAndAdd(more);
        } else {
            at.getAndAddRelease(more);
        }
    }

    /** @return the value of each by its label, in the order of their numbers; any thread */
    public Map<String, Long> all() {
        Map<String, Long> all = new LinkedHashMap<>();
        for (EngineCounter each : EngineCounter.values()) {
            all.put(each.label(), get(each));
        }
        return all;
    }

    /** @return its value; any thread */
    public long get(EngineCounter counter) {
        return at(counter).get();
    }
}
