package dev.lockstep.storage.ballot;

import static dev.lockstep.storage.ballot.StartDecision.SET_ASIDE_DAMAGE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.ballot.ScanEnd.Ending;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class StartDecisionTest {
    private static final long LAST_GOOD = 100;

    /** Where the last good index lies, seen from a mark. */
    enum Lies {
        BELOW(LAST_GOOD + 1),
        AT(LAST_GOOD),
        ABOVE(LAST_GOOD - 1);

        private final long mark;

        Lies(long mark) {
            this.mark = mark;
        }
    }

    /**
     * Same boot: an unready document beyond promised is a torn tail; anything else unreadable, or a promise that the
     * log does not keep, is damage.
     */
    @ParameterizedTest(name = "{0}, last good index {1} promised: {2}")
    @CsvSource({
        "CLEAN,   BELOW, SET_ASIDE_DAMAGE",
        "CLEAN,   AT,    KEEP",
        "CLEAN,   ABOVE, KEEP",
        "UNREADY, BELOW, SET_ASIDE_DAMAGE",
        "UNREADY, AT,    CUT_TORN_TAIL",
        "UNREADY, ABOVE, CUT_TORN_TAIL",
        "BAD,     BELOW, SET_ASIDE_DAMAGE",
        "BAD,     AT,    SET_ASIDE_DAMAGE",
        "BAD,     ABOVE, SET_ASIDE_DAMAGE",
    })
    void inTheSameBootThePromiseDecides(Ending ending, Lies promised, StartDecision expected) {
        for (Lies flushed : List.of(Lies.AT, Lies.ABOVE)) {
            assertThat(StartDecision.of(true, promised.mark, flushed.mark, new ScanEnd(LAST_GOOD, ending)))
                    .as("last good index %s flushed", flushed)
                    .isEqualTo(expected);
        }
    }

    /** What was flushed was there, promised or not: a log that ends before it is shorter than it was. */
    @ParameterizedTest
    @EnumSource
    void inTheSameBootALogThatEndsBeforeTheLastFlushIsDamaged(Ending ending) {
        for (Lies promised : Lies.values()) {
            assertThat(StartDecision.of(true, promised.mark, Lies.BELOW.mark, new ScanEnd(LAST_GOOD, ending)))
                    .isEqualTo(SET_ASIDE_DAMAGE);
        }
    }

    /**
     * Other boot: the first bad frame beyond the last completed flush starts a lost suffix; a log that ends before it
     * is damage. What was promised is ignored.
     */
    @ParameterizedTest(name = "{0}, last good index {1} flushed: {2}")
    @CsvSource({
        "CLEAN,   BELOW, SET_ASIDE_DAMAGE",
        "CLEAN,   AT,    KEEP",
        "CLEAN,   ABOVE, KEEP",
        "UNREADY, BELOW, SET_ASIDE_DAMAGE",
        "UNREADY, AT,    CUT_LOST_SUFFIX",
        "UNREADY, ABOVE, CUT_LOST_SUFFIX",
        "BAD,     BELOW, SET_ASIDE_DAMAGE",
        "BAD,     AT,    CUT_LOST_SUFFIX",
        "BAD,     ABOVE, CUT_LOST_SUFFIX",
    })
    void inAnotherBootTheLastFlushDecides(Ending ending, Lies flushed, StartDecision expected) {
        for (Lies promised : Lies.values()) {
            assertThat(StartDecision.of(false, promised.mark, flushed.mark, new ScanEnd(LAST_GOOD, ending)))
                    .as("last good index %s promised", promised)
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anotherBootAndDirtyMayHaveForgottenWhateverTheScanFound(StartDecision decision) {
        assertThat(StartDecision.mayHaveForgotten(false, true, decision)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true", "false, false"})
    void damageMayHaveForgottenInEveryBoot(boolean sameBoot, boolean dirty) {
        assertThat(StartDecision.mayHaveForgotten(sameBoot, dirty, SET_ASIDE_DAMAGE))
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SET_ASIDE_DAMAGE")
    void aNodeThatForgotNothingNeedNotRecover(StartDecision decision) {
        assertThat(StartDecision.mayHaveForgotten(true, true, decision)).isFalse();
        assertThat(StartDecision.mayHaveForgotten(true, false, decision)).isFalse();
        assertThat(StartDecision.mayHaveForgotten(false, false, decision)).isFalse();
    }

    @Test
    void anEmptyLogOfANewNodeIsKept() {
        ScanEnd nothing = new ScanEnd(0, Ending.CLEAN);
        assertThat(StartDecision.of(false, 0, 0, nothing)).isEqualTo(StartDecision.KEEP);
        assertThat(StartDecision.of(true, 0, 0, nothing)).isEqualTo(StartDecision.KEEP);
    }

    @Test
    void aScanEndsNowhereBeforeTheLog() {
        assertThatThrownBy(() -> new ScanEnd(-1, Ending.CLEAN)).isInstanceOf(Invariant.Violation.class);
    }
}
