package dev.lockstep.engine.replica;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TallyTest {
    private static Tally tally(int voters, int whole, int recovering) {
        Tally tally = new Tally(ConfigTest.ofVoters(voters));
        for (int node = 1; node <= whole + recovering; node++) {
            tally.onGranted(node, node <= whole);
        }
        return tally;
    }

    /**
     * Whatever was committed was on a majority. Some of those may have forgotten it, and are recovering; among the whole
     * ones that promised there must still be one that has it.
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7})
    void whoWinsHasBeenPromisedByOneThatHoldsWhateverWasCommitted(int voters) {
        int majority = voters / 2 + 1;
        for (int whole = 0; whole <= voters; whole++) {
            for (int recovering = 0; whole + recovering <= voters; recovering++) {
                boolean meetsEveryMajority = whole + majority > voters;
                boolean isMajority = whole + recovering >= majority;
                assertThat(tally(voters, whole, recovering).isWon())
                        .as("%s whole, %s recovering of %s", whole, recovering, voters)
                        .isEqualTo(isMajority && meetsEveryMajority);
            }
        }
    }

    @Test
    void whoPromisesTwiceCountsOnce() {
        Tally tally = new Tally(ConfigTest.ofVoters(3));
        tally.onGranted(1, true);
        tally.onGranted(1, true);
        assertThat(tally.isWon()).isFalse();
        tally.onGranted(3, true);
        assertThat(tally.isWon()).isTrue();
    }

    @Test
    void aWitnessCountsAndObserversAndStrangersDoNot() {
        Tally tally = new Tally(ConfigTest.of(
                ConfigTest.voter(1),
                ConfigTest.voter(2),
                ConfigTest.member(3, MemberKind.WITNESS),
                ConfigTest.member(4, MemberKind.OBSERVER)));
        tally.onGranted(1, true);
        tally.onGranted(4, true);
        tally.onGranted(5, true);
        assertThat(tally.isWon()).isFalse();
        tally.onGranted(3, true);
        assertThat(tally.isWon()).isTrue();
    }
}
