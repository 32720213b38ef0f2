package dev.lockstep.engine.testkit;

import dev.lockstep.engine.Cluster;
import dev.lockstep.engine.StateMachine;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** The cluster of one state machine that is tried alone. */
final class GivenCluster implements Cluster {
    private final Map<Long, Long> deadlines = new HashMap<>();
    private boolean isApplying;
    private long index;
    private long timeNs;
    private SplittableRandom random = new SplittableRandom(0);

    /** Those that are due fire, and then the state machine is called with what comes next. */
    void enter(StateMachine machine, long newIndex, long newTimeNs) {
        index = newIndex;
        timeNs = newTimeNs;
        random = new SplittableRandom(31 * newIndex + newTimeNs);
        isApplying = true;
        for (Map.Entry<Long, Long> next = next(); next != null && next.getValue() <= timeNs; next = next()) {
            deadlines.remove(next.getKey());
            machine.onTimer(next.getKey(), next.getValue());
        }
    }

    void leave() {
        isApplying = false;
    }

    private Map.Entry<Long, Long> next() {
        return deadlines.entrySet().stream()
                .min(Map.Entry.<Long, Long>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                .map(each -> Map.entry(each.getKey(), each.getValue()))
                .orElse(null);
    }

    /** What is pending at another one is pending here. */
    void copy(GivenCluster other) {
        deadlines.clear();
        deadlines.putAll(other.deadlines);
    }

    @Override
    public long timeNs() {
        check();
        return timeNs;
    }

    @Override
    public long index() {
        check();
        return index;
    }

    @Override
    public long random() {
        check();
        return random.nextLong();
    }

    @Override
    public void schedule(long id, long deadlineNs) {
        check();
        deadlines.put(id, Math.max(deadlineNs, timeNs + 1));
    }

    @Override
    public boolean cancel(long id) {
        check();
        return deadlines.remove(id) != null;
    }

    @Override
    public int pendingTimers() {
        check();
        return deadlines.size();
    }

    private void check() {
        if (!isApplying) {
            throw new IllegalStateException(
                    "the cluster is there while apply or onTimer is called, and at no other time");
        }
    }
}
