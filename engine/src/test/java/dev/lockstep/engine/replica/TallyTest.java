package dev.lockstep.engine.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.MemberKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TallyTest {
    private static Tally tally(int voters, int whole, int recovering) {
        Tally tally = new Tally(ConfigTest.ofVoters(voters));
        for (int node = 1; node <= whole + recovering; node++) {
            tally.onGranted(node, node <= whole, 0);
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
        tally.onGranted(1, true, 0);
        tally.onGranted(1, true, 0);
        assertThat(tally.isWon()).isFalse();
        tally.onGranted(3, true, 0);
        assertThat(tally.isWon()).isTrue();
    }

    @Test
    void aWitnessCountsAndObserversAndStrangersDoNot() {
        Tally tally = new Tally(ConfigTest.of(
                ConfigTest.voter(1),
                ConfigTest.voter(2),
                ConfigTest.member(3, MemberKind.WITNESS),
                ConfigTest.member(4, MemberKind.OBSERVER)));
        tally.onGranted(1, true, 0);
        tally.onGranted(4, true, 0);
        tally.onGranted(5, true, 0);
        assertThat(tally.isWon()).isFalse();
        tally.onGranted(3, true, 0);
        assertThat(tally.isWon()).isTrue();
    }

    @Test
    void whoIsRecoveringByNowIsNotCountedAsWholeAnyMore() {
        Tally tally = new Tally(ConfigTest.ofVoters(3));
        tally.onGranted(1, true, 0);
        tally.onGranted(2, true, 0);
        tally.onGranted(2, false, 0);
        assertThat(tally.isWon()).isFalse();
    }

    /** The clocks are those of the nodes 1, 2 … */
    @ParameterizedTest
    @CsvSource({
        "7, 7",
        "7 9, 7",
        "9 7, 7",
        "3 1 2, 2",
        "5 9999999 6, 6",
        "5 -9999999 6, 5",
        "4 3 2 1, 2",
        "5 5 9999999 9999999, 5",
        "-3 -2 -1, -2"
    })
    void timeBeginsAtTheLowerMedianOfTheClocks(String clocks, long median) {
        Tally tally = new Tally(ConfigTest.ofVoters(7));
        int node = 1;
        for (String clock : clocks.split(" ", -1)) {
            tally.onGranted(node++, true, Long.parseLong(clock));
        }
        assertThat(tally.medianWallClockNs()).isEqualTo(median);
    }

    @Test
    void theClocksOfObserversAndStrangersAreNotLookedAtAndOfEachVoterTheLatestIs() {
        Tally tally = new Tally(ConfigTest.ofVoters(3).withAdded(ConfigTest.member(4, MemberKind.OBSERVER)));
        tally.onGranted(1, true, 900);
        tally.onGranted(4, true, 10);
        tally.onGranted(5, true, 20);
        assertThat(tally.medianWallClockNs()).isEqualTo(900);
        tally.onGranted(1, true, 100);
        assertThat(tally.medianWallClockNs()).isEqualTo(100);
        tally.onGranted(3, false, 50); // a clock does not forget
        assertThat(tally.medianWallClockNs()).isEqualTo(50);
    }

    @Test
    void whoIsForgottenCountsNeitherAsAVoteNorAsWholeNorForTheTime() {
        Tally tally = new Tally(ConfigTest.ofVoters(5));
        tally.onGranted(1, true, 10);
        tally.onGranted(2, true, 20);
        tally.onGranted(3, true, 30);
        assertThat(tally.isWon()).isTrue();
        tally.forget(1);
        assertThat(tally.isWon()).isFalse();
        assertThat(tally.medianWallClockNs()).isEqualTo(20);
        tally.onGranted(4, false, 40);
        assertThat(tally.isWon()).isFalse(); // two of them are whole
        tally.onGranted(5, true, 50);
        assertThat(tally.isWon()).isTrue();
    }
}
