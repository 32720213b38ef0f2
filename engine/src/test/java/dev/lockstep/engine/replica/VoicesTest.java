package dev.lockstep.engine.replica;

import static dev.lockstep.engine.replica.CoreOfOne.HEARTBEAT_NS;
import static dev.lockstep.engine.replica.CoreOfOne.TIMEOUT_NS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.MemberKind;
import dev.lockstep.engine.replica.Standby.Pace;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What node 1, the primary, has heard of the others. */
final class VoicesTest {
    private final CoreOfOne one = new CoreOfOne();
    private final Standbys standbys = new Standbys(one.core);
    private final Voices voices = new Voices(one.core, standbys);

    private void begin(Config config) {
        one.at(0, 0);
        one.begin(1, config);
        standbys.onConfigs();
    }

    private void hear(int... nodes) {
        for (int each : nodes) {
            standbys.at(each).heardNs = one.core.turn.nowNs();
        }
    }

    @Test
    void aMajorityIsHeardAsLongAsEnoughVotersWereWithinATimeout() {
        begin(ConfigTest.ofVoters(5));
        one.pass(TIMEOUT_NS - 1);
        assertThat(voices.isMajorityHeard()).isTrue();
        hear(3);
        one.pass(1);
        assertThat(voices.isMajorityHeard()).isFalse(); // nodes 1 and 3
        hear(5);
        assertThat(voices.isMajorityHeard()).isTrue();
    }

    @Test
    void theWitnessIsHeardAndAnObserverIsNot() {
        begin(ConfigTest.of(
                ConfigTest.voter(1),
                ConfigTest.voter(2),
                ConfigTest.member(3, MemberKind.WITNESS),
                ConfigTest.member(4, MemberKind.OBSERVER)));
        one.pass(TIMEOUT_NS);
        hear(4);
        assertThat(voices.isMajorityHeard()).isFalse();
        hear(3);
        assertThat(voices.isMajorityHeard()).isTrue();
    }

    /** A CONFIG that removes it is in force, and not committed: it is a standby still, and no voter any more. */
    @Test
    void whoIsRemovedIsNotHeardFromThenOn() {
        Config four = ConfigTest.ofVoters(4);
        begin(four);
        one.append(2, four.withRemoved(4));
        standbys.onConfigs();
        assertThat(standbys.at(4)).isNotNull();
        one.pass(TIMEOUT_NS);
        hear(4);
        standbys.at(4).confirmedRound = 9;
        assertThat(voices.isMajorityHeard()).isFalse();
        assertThat(voices.confirmedRound(9)).isZero();
        hear(2);
        standbys.at(2).confirmedRound = 8;
        assertThat(voices.isMajorityHeard()).isTrue();
        assertThat(voices.confirmedRound(9)).isEqualTo(8);
    }

    @Test
    void whoDidNothingItselfGivesTheOthersAHeartbeat() {
        begin(ConfigTest.ofVoters(3));
        one.at(10 * TIMEOUT_NS, 0);
        assertThat(voices.isMajorityHeard()).isFalse();
        voices.forgive();
        assertThat(voices.isMajorityHeard()).isTrue();
        one.pass(HEARTBEAT_NS);
        assertThat(voices.isMajorityHeard()).isFalse();
    }

    @Test
    void aRoundIsConfirmedOnceAMajorityHasConfirmedItOrALaterOne() {
        Random random = new Random(1);
        for (int i = 0; i < 1000; i++) {
            int voters = 1 + random.nextInt(7);
            begin(ConfigTest.ofVoters(voters).withAdded(ConfigTest.member(9, MemberKind.OBSERVER)));
            standbys.at(9).confirmedRound = 1_000;
            long[] rounds = new long[voters];
            rounds[0] = 10;
            for (int node = 2; node <= voters; node++) {
                rounds[node - 1] = random.nextInt(11);
                standbys.at(node).confirmedRound = rounds[node - 1];
            }
            long confirmed = voices.confirmedRound(10);
            assertThat(Arrays.stream(rounds).filter(each -> each >= confirmed).count())
                    .isGreaterThan(voters / 2);
            assertThat(Arrays.stream(rounds).filter(each -> each > confirmed).count())
                    .isLessThanOrEqualTo(voters / 2);
        }
    }

    @Test
    void allAreThoseDataNodesThatAreInTheLiveStream() {
        begin(ConfigTest.ofVoters(3).withAdded(ConfigTest.member(4, MemberKind.OBSERVER)));
        assertThat(voices.heldByAllLive(false)).isEqualTo(Long.MAX_VALUE);
        for (int node = 2; node <= 4; node++) {
            standbys.at(node).matchedIndex = 40L - node;
            standbys.at(node).flushedIndex = 20L + node;
        }
        standbys.at(2).pace(Pace.LIVE);
        standbys.at(4).pace(Pace.LIVE);
        assertThat(voices.heldByAllLive(false)).isEqualTo(38);
        standbys.at(3).pace(Pace.LIVE);
        assertThat(voices.heldByAllLive(false)).isEqualTo(37);
        assertThat(voices.heldByAllLive(true)).isEqualTo(22);
    }
}
