package dev.lockstep.engine.simulated;

import dev.lockstep.engine.Cluster;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Time and timers of a sequential model, as plainly as they can be written. */
final class PlainCluster implements Cluster {
    /** One that is pending. */
    record Timer(long id, long deadlineNs) {}

    private final Map<Long, Long> deadlines = new HashMap<>();
    private long index;
    private long timeNs;

    void stand(long newIndex, long newTimeNs) {
        index = newIndex;
        timeNs = newTimeNs;
    }

    /** @return those that are due, in their order; they are pending no more */
    List<Timer> takeDue() {
        List<Timer> due = new ArrayList<>();
        deadlines.forEach((id, deadlineNs) -> {
            if (deadlineNs <= timeNs) {
                due.add(new Timer(id, deadlineNs));
            }
        });
        due.sort(Comparator.comparingLong(Timer::deadlineNs).thenComparingLong(Timer::id));
        due.forEach(each -> deadlines.remove(each.id()));
        return due;
    }

    @Override
    public long timeNs() {
        return timeNs;
    }

    @Override
    public long index() {
        return index;
    }

    @Override
    public long random() {
        throw new UnsupportedOperationException(
                "the model draws nothing: what nodes have drawn is compared among them");
    }

    @Override
    public void schedule(long id, long deadlineNs) {
        deadlines.put(id, Math.max(deadlineNs, timeNs + 1));
    }

    @Override
    public boolean cancel(long id) {
        return deadlines.remove(id) != null;
    }

    @Override
    public int pendingTimers() {
        return deadlines.size();
    }
}
