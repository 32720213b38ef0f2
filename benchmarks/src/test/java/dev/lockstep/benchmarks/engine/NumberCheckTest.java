package dev.lockstep.benchmarks.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.storage.Invariant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NumberCheckTest {
    private final NumberCheck check = new NumberCheck("here");

    @BeforeEach
    void countToTwo() {
        check.take(1);
        check.take(2);
    }

    @Test
    void numbersThatFollowOneAnotherAreCounted() {
        check.take(3);
        assertThat(check.last()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 4})
    void oneThatIsLeftOutOrComesTwiceIsFound(long number) {
        assertThatThrownBy(() -> check.take(number))
                .isInstanceOf(Invariant.Violation.class)
                .hasMessageContaining("here")
                .hasMessageContaining("expected 3, found " + number);
    }
}
