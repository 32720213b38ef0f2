package dev.lockstep.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.replica.Skip;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SkipsTest {
    private static Skips of(long... indexes) {
        return Skips.of(Arrays.stream(indexes)
                .mapToObj(index -> new Skip(index, 100 + index, null, "why"))
                .toList());
    }

    @Test
    void theFirstDifferenceIsTheFirstIndexThatOneAloneIncludes() {
        assertThat(Skips.NONE.firstDifference(Skips.NONE)).isEqualTo(Long.MAX_VALUE);
        assertThat(of(5, 9).firstDifference(of(9, 5))).isEqualTo(Long.MAX_VALUE);
        assertThat(Skips.NONE.firstDifference(of(9, 5))).isEqualTo(5);
        assertThat(of(5, 9).firstDifference(Skips.NONE)).isEqualTo(5);
        assertThat(of(5, 9).firstDifference(of(5))).isEqualTo(9);
        assertThat(of(5, 9).firstDifference(of(5, 7, 9))).isEqualTo(7);
    }

    @Test
    void itIncludesWhatWasDecidedAndNothingElse() {
        assertThat(of(9, 5).includeCommand(5)).isTrue();
        assertThat(of(9, 5).includeCommand(9)).isTrue();
        assertThat(of(9, 5).includeCommand(7)).isFalse();
        assertThat(Skips.NONE.includeCommand(5)).isFalse();
    }

    @Test
    void aSnapshotIsOfUseFromBeforeTheCommandOrFromTheDecisionOn() {
        Skips skips = of(5);
        assertThat(skips.allowSnapshotAt(4)).isTrue();
        assertThat(skips.allowSnapshotAt(5)).isFalse();
        assertThat(skips.allowSnapshotAt(104)).isFalse();
        assertThat(skips.allowSnapshotAt(105)).isTrue();
    }

    @Test
    void aTimerIsAnotherThingThanTheCommandOfItsIndexAndThanAnotherTimer() {
        Skips command = Skips.of(List.of(new Skip(7, 20, null, "why")));
        Skips timer = Skips.of(List.of(new Skip(7, 20, 3L, "why")));
        Skips other = Skips.of(List.of(new Skip(7, 20, 4L, "why")));
        assertThat(command.includeTimer(7, 3)).isFalse();
        assertThat(timer.includeCommand(7)).isFalse();
        assertThat(timer.includeTimer(7, 3)).isTrue();
        assertThat(timer.includeTimer(7, 4)).isFalse();
        assertThat(timer.includeTimer(8, 3)).isFalse();
        assertThat(command.firstDifference(timer)).isEqualTo(7);
        assertThat(timer.firstDifference(other)).isEqualTo(7);
        assertThat(timer.firstDifference(Skips.of(List.of(new Skip(7, 25, 3L, "again")))))
                .isEqualTo(Long.MAX_VALUE);
    }
}
