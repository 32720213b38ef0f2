package dev.lockstep.engine.replica;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ClusterTimeTest {
    private static final long SECOND_NS = 1_000_000_000;
    private static final long YEAR_NS = 365 * 86_400 * SECOND_NS;
    private static final long NOW_NS = 77 * SECOND_NS;
    private static final long START_NS = 50 * YEAR_NS;
    /** By how much time is drawn towards the wall clock in a second. */
    private static final long SLEWED_NS = 500_000;

    private final CoreOfOne one = new CoreOfOne();

    @BeforeEach
    void begin() {
        one.at(NOW_NS, START_NS);
    }

    @Test
    void aReignBeginsAtTheVotersTimeOrThatOfTheLastFrameIfThatIsLater() {
        one.core.log.lastTimeNs(START_NS);
        assertThat(new ClusterTime(one.core, START_NS - 5).timeNs()).isEqualTo(START_NS);
        assertThat(new ClusterTime(one.core, START_NS + 5).timeNs()).isEqualTo(START_NS + 5);
    }

    @Test
    void itPassesWithTheMonotonicClock() {
        ClusterTime time = new ClusterTime(one.core, START_NS);
        one.at(NOW_NS + SECOND_NS, START_NS + SECOND_NS);
        assertThat(time.timeNs()).isEqualTo(START_NS + SECOND_NS);
        assertThat(time.timeNs()).isEqualTo(START_NS + SECOND_NS);
        one.at(NOW_NS + 3 * SECOND_NS, START_NS + 3 * SECOND_NS);
        assertThat(time.timeNs()).isEqualTo(START_NS + 3 * SECOND_NS);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, -1})
    void aClockThatIsAYearAwayDrawsItSlowly(long direction) {
        ClusterTime time = new ClusterTime(one.core, START_NS);
        one.at(NOW_NS + SECOND_NS, START_NS + direction * YEAR_NS);
        assertThat(time.timeNs()).isEqualTo(START_NS + SECOND_NS + direction * SLEWED_NS);
        one.at(NOW_NS + 2 * SECOND_NS, START_NS + direction * YEAR_NS);
        assertThat(time.timeNs()).isEqualTo(START_NS + 2 * SECOND_NS + direction * 2 * SLEWED_NS);
    }

    @ParameterizedTest
    @ValueSource(longs = {300_000, -300_000, 0})
    void aClockThatIsNearIsMetAndNotPassed(long aheadNs) {
        ClusterTime time = new ClusterTime(one.core, START_NS);
        one.at(NOW_NS + SECOND_NS, START_NS + SECOND_NS + aheadNs);
        assertThat(time.timeNs()).isEqualTo(START_NS + SECOND_NS + aheadNs);
    }

    @Test
    void itNeverGoesBackHoweverOftenItIsAskedFor() {
        ClusterTime time = new ClusterTime(one.core, START_NS);
        long before = time.timeNs();
        for (int turn = 1; turn <= 10_000; turn++) {
            one.at(NOW_NS + turn, START_NS - YEAR_NS);
            long next = time.timeNs();
            assertThat(next).isGreaterThanOrEqualTo(before);
            before = next;
        }
    }

    @Test
    void aStepOfMoreThanASecondIsToldOnce() {
        ClusterTime time = new ClusterTime(one.core, START_NS);
        one.at(NOW_NS, START_NS + SECOND_NS);
        time.timeNs();
        assertThat(one.listener.remarks).isEmpty();
        one.at(NOW_NS, START_NS + SECOND_NS + 1);
        time.timeNs();
        time.timeNs();
        assertThat(one.listener.remarks).hasSize(1);
        assertThat(one.listener.remarks.get(0)).contains("clock");
    }

    @Test
    void aStepBackIsToldToo() {
        ClusterTime time = new ClusterTime(one.core, START_NS);
        one.at(NOW_NS, START_NS - SECOND_NS - 1);
        time.timeNs();
        assertThat(one.listener.remarks).hasSize(1);
    }
}
