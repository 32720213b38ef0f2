package dev.lockstep.engine.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.lockstep.engine.Role;
import dev.lockstep.engine.replica.Term;
import java.lang.management.ManagementFactory;
import jdk.jfr.Recording;
import org.junit.jupiter.api.Test;

/** What the hot thread calls allocates nothing: half a byte a round would be seen. */
class ObserverAllocationTest {
    private static final int ROUNDS = 50_000;
    private static final long MEASURING_BYTES = 10_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final EngineCounters counters = Counters.inMemory();

    private interface Round {
        void go(int number);
    }

    private void assertAllocatesNothing(Round round) {
        run(round);
        long before = threads.getCurrentThreadAllocatedBytes();
        run(round);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(MEASURING_BYTES);
    }

    private static void run(Round round) {
        for (int number = 0; number < ROUNDS; number++) {
            round.go(number);
        }
    }

    @Test
    void countingAllocatesNothing() {
        StandbyCounters standbys = new StandbyCounters(Counters.manager());
        assertAllocatesNothing(number -> {
            counters.set(EngineCounter.COMMITTED_INDEX, number);
            counters.increment(EngineCounter.FRAMES_PROPOSED);
            counters.add(EngineCounter.COMMANDS_PROPOSED, 3);
            counters.increment(EngineCounter.BACK_PRESSURED);
            standbys.show(number & 3, number, true);
        });
    }

    @Test
    void trackingAllocatesNothingNotEvenForLateCycles() {
        DutyCycleTracker tracker = new DutyCycleTracker(100, counters);
        assertAllocatesNothing(number -> {
            long nowNs = 1_000L * number;
            tracker.begin(nowNs);
            tracker.enter(DutyPhase.LINKS, nowNs);
            tracker.enter(DutyPhase.APPLY, nowNs + 10);
            tracker.end(nowNs + number % 200);
        });
        assertThat(counters.get(EngineCounter.LATE_DUTY_CYCLES)).isPositive();
    }

    /** Also in a process that has recorded, and does so no more: then the recorder is there. */
    @Test
    void eventsThatNobodyRecordsAllocateNothing() {
        Term term = new Term(1, 2);
        Round round = number -> {
            FlightEvents.roleChange(Role.STANDBY, term);
            FlightEvents.election(term, true);
            FlightEvents.segmentRoll(number);
            FlightEvents.catchUp(1, number);
            FlightEvents.stall(number, DutyPhase.APPLY);
            FlightEvents.applierStopped(number, "reason");
            FlightEvents.rebuild(1, number);
        };
        assertAllocatesNothing(round);
        try (Recording recording = new Recording()) {
            recording.start();
            round.go(0);
        }
        assertAllocatesNothing(round);
    }
}
