package dev.lockstep.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.storage.Invariant;
import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WithheldTest {
    private static final int PAGE = 1 << Withheld.PAGE_SHIFT;

    private static WithheldCursor cursor(Withheld withheld) {
        WithheldCursor cursor = new WithheldCursor();
        cursor.begin(withheld);
        return cursor;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 60, 5_000, 40_000})
    void whatWasAddedIsFoundAndNothingElse(int mostApart) {
        SplittableRandom random = new SplittableRandom(mostApart);
        Withheld withheld = new Withheld();
        BitSet added = new BitSet();
        for (int index = 1; index < 500_000; index += 1 + random.nextInt(mostApart)) {
            withheld.add(index);
            added.set(index);
        }
        WithheldCursor cursor = cursor(withheld);
        for (int index = 1; index < 600_000; index++) {
            assertThat(cursor.includes(index)).as("index %d", index).isEqualTo(added.get(index));
        }
        for (int begin = 1; begin < 600_000; begin += 7_919) {
            assertThat(cursor(withheld).includes(begin)).isEqualTo(added.get(begin));
        }
    }

    @Test
    void whereNothingIsWithheldNoPageIsMade() {
        Withheld withheld = new Withheld();
        assertThat(withheld.pages()).isZero();
        withheld.add(PAGE - 1);
        withheld.add(100L * PAGE);
        assertThat(withheld.pages()).isEqualTo(2);
    }

    @Test
    void whoHasLookedWhereNothingWasFindsWhatIsAddedThereLater() {
        Withheld withheld = new Withheld();
        WithheldCursor cursor = cursor(withheld);
        assertThat(cursor.includes(5)).isFalse();
        withheld.add(9);
        cursor.begin(withheld);
        assertThat(cursor.includes(9)).isTrue();
        withheld.add(3L * PAGE);
        cursor.begin(withheld);
        assertThat(cursor.includes(2L * PAGE)).isFalse();
        assertThat(cursor.includes(3L * PAGE)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void theOldestPagesGoWhenThereAreTooManyAndWhatLiesThereIsNotKnown(int most) {
        Withheld withheld = new Withheld(most);
        for (long page = 0; page < 10; page++) {
            withheld.add(page * PAGE + 7);
            assertThat(withheld.pages()).isLessThanOrEqualTo(most);
        }
        assertThat(withheld.knownFrom()).isEqualTo((10L - most) * PAGE);
        WithheldCursor cursor = cursor(withheld);
        for (long page = 10L - most; page < 10; page++) {
            assertThat(cursor.includes(page * PAGE + 6)).isFalse();
            assertThat(cursor.includes(page * PAGE + 7)).isTrue();
        }
    }

    /** It is seen once by whoever goes on from there; and whoever stands there holds nothing of what comes behind. */
    @Test
    void whoStandsInAPageThatGoesFindsTheOthers() {
        Withheld withheld = new Withheld(2);
        withheld.add(7);
        WithheldCursor cursor = cursor(withheld);
        assertThat(cursor.includes(7)).isTrue();
        Withheld.Page stood = withheld.first();
        for (long page = 1; page < 6; page++) {
            withheld.add(page * PAGE + 7);
        }
        assertThat(withheld.hasDropped(stood)).isTrue();
        assertThat(stood.next()).isNull();
        assertThat(cursor.includes(5L * PAGE + 7)).isTrue();
    }

    @Test
    void nothingIsPublishedOfAStateThatIsNotWhole() {
        Withheld withheld = new Withheld();
        withheld.publish(5, 2);
        assertThat(withheld.followableTo()).isZero();
        withheld.onWhole();
        withheld.publish(5, 2);
        assertThat(withheld.followableTo()).isEqualTo(5);
        assertThat(withheld.generation()).isEqualTo(2);
    }

    @Test
    void whatIsAppliedInAnotherOrderThanTheLogsIsAnError() {
        Withheld withheld = new Withheld();
        withheld.add(9);
        assertThatThrownBy(() -> withheld.add(9)).isInstanceOf(Invariant.Violation.class);
        assertThatThrownBy(() -> withheld.add(8)).isInstanceOf(Invariant.Violation.class);
    }
}
