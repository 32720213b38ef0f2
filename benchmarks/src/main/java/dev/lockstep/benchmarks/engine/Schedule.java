package dev.lockstep.benchmarks.engine;

import java.util.concurrent.TimeUnit;

/** When commands are due that come at a fixed rate. Nothing that happens to one of them moves another. */
final class Schedule {
    private static final double SECOND_NS = TimeUnit.SECONDS.toNanos(1);

    private final long beginNs;
    private final double periodNs;

    /**
     * @param beginNs when the first one is due
     * @param perSecond how many there are in a second
     */
    Schedule(long beginNs, int perSecond) {
        this.beginNs = beginNs;
        this.periodNs = SECOND_NS / perSecond;
    }

    /**
     * @param count how many come before it
     * @return when it is due
     */
    long dueNs(long count) {
        return beginNs + (long) (count * periodNs);
    }
}
