package dev.lockstep.engine.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.MemberKind;
import dev.lockstep.engine.Mode;
import dev.lockstep.engine.replica.ReplicaSettings.Founder;
import dev.lockstep.storage.node.Durability;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TurnTest {
    private static final long HEARTBEAT_NS = 30;
    private static final long TIMEOUT_NS = 300;

    private long random;
    private final Turn turn = turn(0);

    private Turn turn(int priority) {
        List<Founder> alone = List.of(new Founder(1, MemberKind.VOTER, ""));
        ReplicaSettings settings =
                new ReplicaSettings(1, alone, Mode.SYNC, Durability.FLUSHED, HEARTBEAT_NS, TIMEOUT_NS, priority, 1, 1);
        return new Turn(settings, () -> random);
    }

    @Test
    void itIsWhatTheReplicaWasLastTold() {
        turn.begin(1000, 77);
        assertThat(turn.nowNs()).isEqualTo(1000);
        assertThat(turn.wallClockNs()).isEqualTo(77);
        turn.begin(1001, 5);
        assertThat(turn.nowNs()).isEqualTo(1001);
        assertThat(turn.wallClockNs()).isEqualTo(5);
    }

    @Test
    void aTurnThatComesMoreThanAHeartbeatAfterTheLastOneIsLate() {
        turn.begin(1000, 0);
        assertThat(turn.wasLate()).isFalse(); // the first one comes behind none
        turn.begin(1000 + HEARTBEAT_NS, 0);
        assertThat(turn.wasLate()).isFalse();
        turn.begin(1000 + 2 * HEARTBEAT_NS + 1, 0);
        assertThat(turn.wasLate()).isTrue();
        turn.begin(1000 + 2 * HEARTBEAT_NS + 2, 0);
        assertThat(turn.wasLate()).isFalse();
    }

    @Test
    void timeThatIsToldBeforeATurnMakesItNoLessLate() {
        turn.begin(1000, 0);
        turn.pass(1000 + HEARTBEAT_NS + 1, 7);
        assertThat(turn.nowNs()).isEqualTo(1000 + HEARTBEAT_NS + 1);
        assertThat(turn.wallClockNs()).isEqualTo(7);
        turn.begin(1000 + HEARTBEAT_NS + 1, 7);
        assertThat(turn.wasLate()).isTrue();
    }

    /** The owner seldom calls: every turn is late. Then grace must end, or nobody would ever be judged. */
    @Test
    void whoIsAlwaysLateJudgesTheOthersAllTheSame() {
        int judged = 0;
        for (int i = 0; i < 100; i++) {
            turn.begin(1000 + 2L * i * HEARTBEAT_NS, 0);
            judged += turn.wasLate() ? 0 : 1;
        }
        assertThat(judged).isBetween(10, 50);
    }

    @Test
    void aStepOfTheWallClockMakesNoTurnLate() {
        turn.begin(1000, 0);
        turn.begin(1001, Long.MAX_VALUE);
        assertThat(turn.wasLate()).isFalse();
    }

    @Test
    void whoIsNotHeardForATimeoutIsSilent() {
        turn.begin(1000, 0);
        assertThat(turn.isSilent(1000 - TIMEOUT_NS)).isTrue();
        assertThat(turn.isSilent(1000 - TIMEOUT_NS + 1)).isFalse();
        assertThat(turn.isSilent(1000)).isFalse();
    }

    @Test
    void aClockMayPassItsGreatestNumber() {
        turn.begin(Long.MAX_VALUE - 10, 0);
        turn.begin(Long.MIN_VALUE + 10, 0);
        assertThat(turn.wasLate()).isFalse();
        assertThat(turn.isSilent(Long.MAX_VALUE - 10)).isFalse();
        assertThat(turn.isSilent(Long.MAX_VALUE - TIMEOUT_NS)).isTrue();
    }

    @Test
    void graceIsOneHeartbeat() {
        turn.begin(1000, 0);
        long heardNs = turn.graceNs();
        assertThat(turn.isSilent(heardNs)).isFalse();
        turn.begin(1000 + HEARTBEAT_NS - 1, 0);
        assertThat(turn.isSilent(heardNs)).isFalse();
        turn.begin(1000 + HEARTBEAT_NS, 0);
        assertThat(turn.isSilent(heardNs)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 299, 300, -1, Long.MAX_VALUE, Long.MIN_VALUE})
    void anElectionComesBetweenOneTimeoutAndTwo(long drawn) {
        random = drawn;
        turn.begin(1000, 0);
        assertThat(turn.nextPatienceNs(false)).isBetween(TIMEOUT_NS, 2 * TIMEOUT_NS - 1);
        assertThat(turn.nextHastenedElectionNs()).isBetween(1000L, 1000 + HEARTBEAT_NS - 1);
    }

    @Test
    void theWholeOfThatTimeIsDrawnFrom() {
        turn.begin(1000, 0);
        random = TIMEOUT_NS - 1;
        assertThat(turn.nextPatienceNs(false)).isEqualTo(2 * TIMEOUT_NS - 1);
        random = -1;
        assertThat(turn.nextPatienceNs(false)).isEqualTo(2 * TIMEOUT_NS - 1);
        random = HEARTBEAT_NS - 1;
        assertThat(turn.nextHastenedElectionNs()).isEqualTo(1000 + HEARTBEAT_NS - 1);
    }

    @Test
    void whoLeavesTheOthersPriorityCampaignsThatManyTimeoutsLater() {
        Turn later = turn(2);
        later.begin(1000, 0);
        assertThat(later.nextPatienceNs(false)).isEqualTo(3 * TIMEOUT_NS);
        assertThat(later.nextHastenedElectionNs()).isEqualTo(1000);
    }

    @Test
    void aNonceIsWhateverWasDrawn() {
        random = Long.MIN_VALUE;
        assertThat(turn.nextNonce()).isEqualTo(Long.MIN_VALUE);
    }
}
