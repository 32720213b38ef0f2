package dev.lockstep.benchmarks.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ScheduleTest {
    private static final long BEGIN_NS = -5;

    @Test
    void theFirstOneIsDueAtTheBeginning() {
        assertThat(new Schedule(BEGIN_NS, 1000).dueNs(0)).isEqualTo(BEGIN_NS);
    }

    @Test
    void oneComesAfterAnotherAtTheRate() {
        Schedule schedule = new Schedule(BEGIN_NS, 1000);
        assertThat(schedule.dueNs(1)).isEqualTo(BEGIN_NS + 1_000_000);
        assertThat(schedule.dueNs(7)).isEqualTo(BEGIN_NS + 7_000_000);
    }

    @Test
    void aPeriodThatIsNoWholeNumberOfNanosecondsDoesNotDrift() {
        Schedule schedule = new Schedule(BEGIN_NS, 300_000);
        assertThat(schedule.dueNs(300_000L * 3600))
                .isBetween(BEGIN_NS + 3_600_000_000_000L - 1, BEGIN_NS + 3_600_000_000_000L);
    }
}
