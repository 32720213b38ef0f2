package dev.lockstep.engine.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.storage.Invariant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DutyCycleTrackerTest {
    private static final long HEARTBEAT_NS = 1_000;

    private final EngineCounters counters = Counters.inMemory();
    private final DutyCycleTracker tracker = new DutyCycleTracker(HEARTBEAT_NS, counters);

    private void assertLongest(long durationNs, DutyPhase cause) {
        assertThat(counters.get(EngineCounter.LONGEST_DUTY_CYCLE_NS)).isEqualTo(durationNs);
        assertThat(counters.get(EngineCounter.LONGEST_DUTY_CYCLE_CAUSE)).isEqualTo(cause.number());
    }

    private void assertLate(long cycles) {
        assertThat(counters.get(EngineCounter.LATE_DUTY_CYCLES)).isEqualTo(cycles);
    }

    /** Any of them may be the time that a machine gives. */
    @ParameterizedTest
    @ValueSource(longs = {0, 1_000_000_000_000L, -5_000, Long.MAX_VALUE - 100, Long.MIN_VALUE})
    void aCycleIsLateWhenItTakesLongerThanAHeartbeat(long startNs) {
        tracker.begin(startNs);
        tracker.enter(DutyPhase.LINKS, startNs + 10);
        tracker.end(startNs + HEARTBEAT_NS);
        assertLate(0);
        assertLongest(HEARTBEAT_NS, DutyPhase.LINKS);

        tracker.begin(startNs + HEARTBEAT_NS);
        tracker.enter(DutyPhase.INGRESS, startNs + HEARTBEAT_NS);
        tracker.end(startNs + 2 * HEARTBEAT_NS + 1);
        assertLate(1);
        assertLongest(HEARTBEAT_NS + 1, DutyPhase.INGRESS);
    }

    @Test
    void theCauseIsThePhaseThatTookTheMostInAllItsParts() {
        tracker.begin(0);
        tracker.enter(DutyPhase.DRIVER, 0);
        tracker.enter(DutyPhase.APPLY, 600);
        tracker.enter(DutyPhase.DRIVER, 1_300);
        tracker.end(1_450);
        assertLongest(1_450, DutyPhase.DRIVER);
    }

    @Test
    void theNextCycleDoesNotPayForWhatTheOneBeforeItDid() {
        tracker.begin(0);
        tracker.enter(DutyPhase.APPLY, 0);
        tracker.end(1_100);
        tracker.begin(1_100);
        tracker.enter(DutyPhase.APPLY, 1_100);
        tracker.enter(DutyPhase.LINKS, 1_600);
        tracker.end(2_300);
        assertLongest(1_200, DutyPhase.LINKS);
        assertLate(2);
    }

    @Test
    void aCycleInWhichNothingHappenedNeedsOneStamp() {
        tracker.begin(0);
        tracker.begin(50);
        tracker.begin(90);
        assertLongest(50, DutyPhase.IDLE);
        tracker.begin(90 + HEARTBEAT_NS + 1);
        assertLongest(HEARTBEAT_NS + 1, DutyPhase.IDLE);
        assertLate(1);
    }

    @Test
    void aCycleThatNobodyEndsLastsUntilTheNextBegins() {
        tracker.begin(0);
        tracker.enter(DutyPhase.REPLICA, 100);
        tracker.begin(300);
        assertLongest(300, DutyPhase.REPLICA);
    }

    @Test
    void aPauseBetweenTwoCyclesIsNotTheFaultOfTheFirst() {
        tracker.begin(0);
        tracker.enter(DutyPhase.APPLY, 10);
        tracker.end(20);
        tracker.begin(5_000);
        assertLongest(4_980, DutyPhase.IDLE);
        assertLate(1);
    }

    @Test
    void theLongestIsKeptThroughShorterOnes() {
        tracker.begin(0);
        tracker.enter(DutyPhase.APPLY, 0);
        tracker.end(3_000);
        tracker.begin(3_000);
        tracker.enter(DutyPhase.LINKS, 3_000);
        tracker.end(5_000);
        assertLongest(3_000, DutyPhase.APPLY);
        assertLate(2);
    }

    @Test
    void whatWasBeforeTheFirstCycleIsNone() {
        tracker.end(7_000);
        tracker.begin(9_000);
        assertLongest(0, DutyPhase.IDLE);
        assertLate(0);
    }

    @Test
    void theNumbersOfThePhasesAreTheOnesThatToolsGoBy() {
        assertThat(DutyPhase.values())
                .extracting(phase -> phase.number() + " " + phase)
                .containsExactly("0 IDLE", "1 LINKS", "2 INGRESS", "3 REPLICA", "4 APPLY", "5 DRIVER");
    }

    @Test
    void anotherThreadDoesNotTrackTheHotThreadsCycles() throws InterruptedException {
        Thread hot = new Thread(() -> tracker.begin(0));
        hot.start();
        hot.join();
        assertThatThrownBy(() -> tracker.begin(1)).isInstanceOf(Invariant.Violation.class);
    }

    @Test
    void aHeartbeatThatCannotBeIsRefused() {
        assertThatThrownBy(() -> new DutyCycleTracker(0, counters)).hasMessageContaining("heartbeatNs is 0");
    }
}
