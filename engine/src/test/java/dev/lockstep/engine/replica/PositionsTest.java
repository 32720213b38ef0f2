package dev.lockstep.engine.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.Position;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PositionsTest {
    private final CoreOfOne one = new CoreOfOne();
    private final Positions positions = new Positions(one.core);

    /** Indexes 1 to 3 of term 1, 4 to 6 and 7 of term 2, 8 and 9 of term 4; epoch 5 begins behind 4. */
    @BeforeEach
    void begin() {
        one.append(1, 3);
        one.append(2, 3);
        one.append(2, 1);
        one.append(4, 2);
        one.begin(1, ConfigTest.ofVoters(2).founding(5, ConfigTest.fork(1, 4), Set.of(1, 2)));
        one.core.commitTo(9);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1, HELD",
        "3, 1, HELD",
        "5, 2, HELD",
        "9, 4, HELD",
        "0, 0, HELD",
        "3, 2, LOST",
        "5, 1, LOST",
        "8, 3, LOST",
        "9, 5, LOST",
        "10, 4, AHEAD",
        "10, 6, AHEAD",
        "10, 3, LOST"
    })
    void aPositionIsHeldWhereTheFrameIsOfItsTerm(long index, long term, PositionState state) {
        assertThat(positions.stateOf(new Position(index, term, 5))).isEqualTo(state);
    }

    @ParameterizedTest
    @CsvSource({"1, 4, 2, HELD", "1, 5, 2, LOST", "5, 5, 2, HELD", "3, 1, 1, LOST", "9, 1, 1, AHEAD"})
    void aPositionOfAnotherEpochIsOfThisHistoryOnlyUpToTheFork(long epoch, long index, long term, PositionState state) {
        assertThat(positions.stateOf(new Position(index, term, epoch))).isEqualTo(state);
    }

    @ParameterizedTest
    @CsvSource({"6, 2, HELD", "5, 2, HELD", "2, 1, LOST", "6, 3, LOST", "7, 2, HELD", "7, 1, LOST"})
    void whatWasCompactedIsHeldIfItIsOfTheSameTermAsTheLastThatWas(long index, long term, PositionState state) {
        one.journal.compactBelow(7);
        assertThat(positions.stateOf(new Position(index, term, 5))).isEqualTo(state);
    }

    @ParameterizedTest
    @CsvSource({"8, 3, LOST", "8, 4, HELD", "8, 5, AHEAD", "9, 5, AHEAD", "7, 5, LOST"})
    void whatIsNotCommittedHereMayGiveWayToALaterTerms(long index, long term, PositionState state) {
        CoreOfOne other = new CoreOfOne();
        other.append(1, 7);
        other.append(4, 2);
        other.begin(1, ConfigTest.ofVoters(2));
        other.core.commitTo(7);
        assertThat(new Positions(other.core).stateOf(new Position(index, term, 1)))
                .isEqualTo(state);
    }

    @Test
    void aPositionOfAnEpochThatWasPromisedAndHasNotComeYetIsNotLost() {
        one.core.promises.beBorn(one.core.config().clusterId(), new Term(9, 20));
        assertThat(positions.stateOf(new Position(9, 1, 9))).isEqualTo(PositionState.AHEAD);
    }

    @Test
    void whoKnowsNoConfigurationKnowsNoPosition() {
        one.core.configs.clear();
        assertThat(positions.stateOf(new Position(1, 1, 5))).isEqualTo(PositionState.AHEAD);
    }
}
