package dev.lockstep.engine.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.engine.MemberKind;
import dev.lockstep.engine.Mode;
import dev.lockstep.engine.replica.ReplicaSettings.Founder;
import dev.lockstep.storage.node.Durability;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ReplicaSettingsTest {
    private static final List<Founder> FOUNDERS = List.of(
            new Founder(1, MemberKind.VOTER, "a:1"),
            new Founder(2, MemberKind.VOTER, "b:1"),
            new Founder(3, MemberKind.WITNESS, "c:1"));

    private static ReplicaSettings with(long heartbeatNs, long electionTimeoutNs, int priority, int catchUpBytes) {
        return new ReplicaSettings(
                1, FOUNDERS, Mode.SYNC, Durability.APPENDED, heartbeatNs, electionTimeoutNs, priority, catchUpBytes, 1);
    }

    @Test
    void allThatIsWrongIsSaidAtOnce() {
        assertThatThrownBy(() -> new ReplicaSettings(7, FOUNDERS, Mode.SYNC, Durability.APPENDED, 100, 299, -1, 0, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("node 7 is not in the member list [1=a:1, 2=b:1, 3=c:1/witness]")
                .hasMessageContaining("heartbeatNs is 100 and electionTimeoutNs 299")
                .hasMessageContaining("priority is -1")
                .hasMessageContaining("catchUpBytes is 0")
                .hasMessageContaining("stateMachineVersion is 0");
    }

    @ParameterizedTest
    @CsvSource({"100, 300, 0, 1", "1, 3, 10, 1", "100, 100000, 5, 4096"})
    void whatFitsIsTaken(long heartbeatNs, long electionTimeoutNs, int priority, int catchUpBytes) {
        assertThat(with(heartbeatNs, electionTimeoutNs, priority, catchUpBytes).priority())
                .isEqualTo(priority);
    }

    @ParameterizedTest
    @CsvSource({
        "100, 299, 0, 1, heartbeatNs is 100",
        "0, 300, 0, 1, heartbeatNs is 0",
        "-1, 300, 0, 1, heartbeatNs is -1",
        "100, 300, 11, 1, priority is 11",
        "100, 300, -1, 1, priority is -1",
        "100, 300, 0, -1, catchUpBytes is -1"
    })
    void whatDoesNotFitIsRefused(long heartbeatNs, long electionTimeoutNs, int priority, int bytes, String said) {
        assertThatThrownBy(() -> with(heartbeatNs, electionTimeoutNs, priority, bytes))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(said);
    }

    @Test
    void whoIsAloneFlushesAndTheOthersNeedNot() {
        Founder alone = FOUNDERS.get(0);
        assertThat(ReplicaSettings.of(1, List.of(alone)).durability()).isEqualTo(Durability.FLUSHED);
        assertThat(ReplicaSettings.of(1, FOUNDERS).durability()).isEqualTo(Durability.APPENDED);
        assertThat(ReplicaSettings.of(3, FOUNDERS).node()).isEqualTo(3);
        assertThat(ReplicaSettings.of(1, FOUNDERS).electionTimeoutNs())
                .isEqualTo(ReplicaSettings.DEFAULT_ELECTION_TIMEOUT_NS);
    }

    @Test
    void anotherModeAndDurabilityChangeNothingElse() {
        ReplicaSettings settings = with(7, 70, 3, 99);
        ReplicaSettings other = settings.with(Mode.ASYNC, Durability.FLUSHED);
        assertThat(other.mode()).isEqualTo(Mode.ASYNC);
        assertThat(other.durability()).isEqualTo(Durability.FLUSHED);
        assertThat(other.with(Mode.SYNC, Durability.APPENDED)).isEqualTo(settings);
    }

    @Test
    void whoHasTheSameMembersWritesThemInTheSameWay() {
        List<Founder> reversed = new ArrayList<>(FOUNDERS);
        Collections.reverse(reversed);
        assertThat(ReplicaSettings.of(1, FOUNDERS).memberList()).isEqualTo("1=a:1,2=b:1,3=c:1/witness");
        assertThat(ReplicaSettings.of(2, reversed).memberList())
                .isEqualTo(ReplicaSettings.of(1, FOUNDERS).memberList());
    }

    @Test
    void whoseMembersDifferInAKindOrAnAddressWritesThemInAnotherWay() {
        Founder first = FOUNDERS.get(0);
        Founder second = new Founder(2, MemberKind.VOTER, "b:1");
        String one = ReplicaSettings.of(1, List.of(first, second)).memberList();
        assertThat(ReplicaSettings.of(1, List.of(first, new Founder(2, MemberKind.VOTER, "z:1")))
                        .memberList())
                .isNotEqualTo(one);
        assertThat(ReplicaSettings.of(1, List.of(first, new Founder(2, MemberKind.OBSERVER, "b:1")))
                        .memberList())
                .isNotEqualTo(one);
    }

    @Test
    void whatTheCallerDoesWithItsListLaterIsOfNoAccount() {
        List<Founder> mine = new ArrayList<>(FOUNDERS);
        ReplicaSettings settings = ReplicaSettings.of(1, mine);
        mine.clear();
        assertThat(settings.founders()).isEqualTo(FOUNDERS);
    }
}
