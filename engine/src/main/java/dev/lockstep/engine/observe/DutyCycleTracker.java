package dev.lockstep.engine.observe;

import dev.lockstep.storage.Ownership;
import java.util.Arrays;

/**
 * Finds the duty cycles that took too long, and what they spent the time with. Owned by the hot thread; takes the time
 * stamps that the caller has, and allocates nothing as long as nobody records.
 *
 * <p>A cycle in which there was nothing to do takes one stamp: {@link #begin} ends what was open. One with work takes one
 * more for each phase that is worth telling apart, and may say {@link #end}, so that the pause behind it is not counted
 * as its own. No stretch of time is left out: a pause that stops the whole process is found between two cycles, too.
 */
public final class DutyCycleTracker {
    private final Ownership ownership = new Ownership("the tracker of the duty cycle");
    private final EngineCounters counters;
    private final long heartbeatNs;
    private final DutyPhase[] phases = DutyPhase.values();
    private final long[] spentNs = new long[phases.length];

    private boolean isRunning;
    /** Whether there is something in {@link #spentNs}. */
    private boolean isSpent;

    private DutyPhase phase = DutyPhase.IDLE;
    private long startNs;
    /** When the phase was entered. */
    private long sinceNs;

    private long longestNs;
    /** Up to here a cycle is not worth a second look. */
    private long unremarkableNs;

    /**
     * @param heartbeatNs the heartbeat interval: what takes longer is late
     * @param counters where it is counted
     */
    public DutyCycleTracker(long heartbeatNs, EngineCounters counters) {
        if (heartbeatNs <= 0) {
            throw new IllegalArgumentException("heartbeatNs is " + heartbeatNs + "; it must be positive");
        }
        this.heartbeatNs = heartbeatNs;
        this.counters = counters;
    }

    /**
     * A cycle begins; until {@link #enter} it does nothing.
     *
     * @param nowNs the time
     */
    public void begin(long nowNs) {
        ownership.check();
        close(nowNs);
        isRunning = true;
    }

    /**
     * What was done up to now is over.
     *
     * @param next what is done from now on
     * @param nowNs the time
     */
    public void enter(DutyPhase next, long nowNs) {
        spend(nowNs);
        phase = next;
    }

    private void spend(long nowNs) {
        spentNs[phase.number()] += nowNs - sinceNs;
        sinceNs = nowNs;
        isSpent = true;
    }

    /**
     * The cycle is over; until the next one nothing is done.
     *
     * @param nowNs the time
     */
    public void end(long nowNs) {
        close(nowNs);
    }

    private void close(long nowNs) {
        long durationNs = nowNs - startNs;
        if (durationNs > unremarkableNs && isRunning) {
            spend(nowNs);
            onLong(durationNs, cause());
        }
        if (isSpent) {
            Arrays.fill(spentNs, 0);
            isSpent = false;
            phase = DutyPhase.IDLE;
        }
        startNs = nowNs;
        sinceNs = nowNs;
    }

    private void onLong(long durationNs, DutyPhase cause) {
        if (durationNs > longestNs) {
            longestNs = durationNs;
            unremarkableNs = Math.min(durationNs, heartbeatNs);
            counters.set(EngineCounter.LONGEST_DUTY_CYCLE_CAUSE, cause.number());
            counters.set(EngineCounter.LONGEST_DUTY_CYCLE_NS, durationNs);
        }
        if (durationNs > heartbeatNs) {
            counters.increment(EngineCounter.LATE_DUTY_CYCLES);
            FlightEvents.stall(durationNs, cause);
        }
    }

    /** @return what took the most of it */
    private DutyPhase cause() {
        DutyPhase most = DutyPhase.IDLE;
        for (DutyPhase each : phases) {
            if (spentNs[each.number()] > spentNs[most.number()]) {
                most = each;
            }
        }
        return most;
    }
}
