package dev.lockstep.engine.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.MemberKind;
import dev.lockstep.engine.Mode;
import dev.lockstep.storage.node.Durability;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What node 1 counts as the primary. */
final class QuorumTest {
    private static final Config PAIR =
            ConfigTest.of(ConfigTest.voter(1), ConfigTest.voter(2), ConfigTest.member(3, MemberKind.WITNESS));

    private final CoreOfOne one = new CoreOfOne();
    private final Quorum quorum = new Quorum(one.core);

    private void begin(Config config) {
        one.begin(1, config);
        quorum.onConfigs();
    }

    private void append(long index, Config config) {
        one.append(index, config);
        quorum.onConfigs();
    }

    private void match(long... byNode) {
        for (int node = 1; node <= byNode.length; node++) {
            quorum.onMatched(node, byNode[node - 1], 0);
        }
    }

    @ParameterizedTest
    @CsvSource({"3, 9, 7, 5, 7", "3, 9, 0, 0, 0", "2, 9, 7, 50, 7", "1, 9, 50, 50, 9"})
    void whatAMajorityHoldsIsHeld(int voters, long first, long second, long third, long held) {
        begin(ConfigTest.ofVoters(voters));
        match(first, second, third);
        assertThat(quorum.held()).isEqualTo(held);
    }

    @Test
    void observersAndStrangersAndTheWitnessHoldNothing() {
        begin(ConfigTest.ofVoters(2).withAdded(ConfigTest.member(4, MemberKind.OBSERVER)));
        match(9, 0, 9, 9);
        assertThat(quorum.held()).isZero();
        begin(PAIR);
        assertThat(quorum.held()).isZero();
    }

    @Test
    void itIsNewsOnlyIfSomebodyHoldsMoreOrHasFlushedMore() {
        begin(ConfigTest.ofVoters(3));
        assertThat(quorum.onMatched(2, 9, 4)).isTrue();
        assertThat(quorum.onMatched(2, 9, 4)).isFalse();
        assertThat(quorum.onMatched(2, 9, 5)).isTrue();
        assertThat(quorum.onMatched(2, 10, 5)).isTrue();
        assertThat(quorum.onMatched(2, 3, 3)).isFalse();
        assertThat(quorum.matched(2)).isEqualTo(10);
    }

    @Test
    void whoIsForgottenHoldsNothingAnyMore() {
        begin(ConfigTest.ofVoters(2));
        quorum.onMatched(1, 9, 9);
        quorum.onMatched(2, 9, 9);
        quorum.forget(2);
        assertThat(quorum.held()).isZero();
        assertThat(quorum.heldFlushed()).isZero();
        assertThat(quorum.matched(2)).isZero();
    }

    @Test
    void aFrameBehindANewConfigurationNeedsTheMajorityOfThatOne() {
        begin(ConfigTest.ofVoters(3));
        append(10, ConfigTest.ofVoters(4));
        match(20, 20);
        assertThat(quorum.held()).isEqualTo(9);
        quorum.onMatched(4, 9, 0);
        assertThat(quorum.held()).isEqualTo(9);
        quorum.onMatched(4, 12, 0);
        assertThat(quorum.held()).isEqualTo(12);
    }

    @Test
    void whatIsHeldBehindANewConfigurationHoldsAllBeforeIt() {
        begin(ConfigTest.ofVoters(4));
        append(10, ConfigTest.ofVoters(3));
        match(9, 9);
        assertThat(quorum.held()).isZero();
        match(15, 15);
        assertThat(quorum.held()).isEqualTo(15);
    }

    @Test
    void theOldestConfigurationThatIsKnownCountsForAllBeforeItToo() {
        one.begin(50, ConfigTest.ofVoters(3));
        quorum.onConfigs();
        match(9, 7);
        assertThat(quorum.held()).isEqualTo(7);
    }

    @Test
    void whoIsRemovedDoesNotCountBehindThatThoughItIsThePrimary() {
        begin(ConfigTest.ofVoters(3));
        append(10, ConfigTest.ofVoters(3).withRemoved(1));
        match(20, 15, 0);
        assertThat(quorum.held()).isEqualTo(9);
        match(20, 15, 12);
        assertThat(quorum.held()).isEqualTo(12);
    }

    @Test
    void aConfigurationThatIsCutCountsNoMore() {
        begin(ConfigTest.ofVoters(3));
        append(10, ConfigTest.ofVoters(5));
        one.core.configs.onCut(10);
        quorum.onConfigs();
        match(20, 20);
        assertThat(quorum.held()).isEqualTo(20);
    }

    @Test
    void withAWitnessBothDataNodesMustHoldIt() {
        begin(PAIR);
        match(9);
        assertThat(quorum.held()).isZero();
        match(9, 7);
        assertThat(quorum.held()).isEqualTo(7);
    }

    @Test
    void theOnlyCopyCountsOnceItIsOnTheDevice() {
        begin(PAIR);
        quorum.onMatched(1, 9, 4);
        quorum.alone(true);
        assertThat(quorum.held()).isEqualTo(4);
        assertThat(quorum.heldFlushed()).isEqualTo(4);
        quorum.onMatched(1, 9, 9);
        assertThat(quorum.held()).isEqualTo(9);
        quorum.alone(false);
        assertThat(quorum.held()).isZero();
    }

    @Test
    void withoutAWitnessNobodyIsAlone() {
        begin(ConfigTest.ofVoters(2));
        quorum.onMatched(1, 9, 9);
        quorum.alone(true);
        assertThat(quorum.held()).isZero();
    }

    @Test
    void theDataNodeThatIsLeftCountsOnlyOnceTheWitnessElectsNobodyElse() {
        begin(PAIR.withRemoved(2));
        quorum.onMatched(1, 9, 9);
        assertThat(quorum.held()).isZero();
        quorum.alone(true);
        assertThat(quorum.held()).isEqualTo(9);
    }

    @Test
    void whereAnAcknowledgementMeansFlushedOnlyTheDeviceCounts() {
        List<Member> members = ConfigTest.ofVoters(3).members();
        Config first = ConfigTest.ofVoters(3);
        begin(new Config(first.clusterId(), 1, List.of(), Mode.SYNC, Durability.FLUSHED, 1, members));
        quorum.onMatched(1, 9, 8);
        quorum.onMatched(2, 9, 5);
        assertThat(quorum.held()).isEqualTo(5);
    }

    @Test
    void whatIsOnTheDevicesOfAMajorityIsKnownApart() {
        begin(ConfigTest.ofVoters(3));
        quorum.onMatched(1, 9, 6);
        quorum.onMatched(2, 8, 3);
        assertThat(quorum.held()).isEqualTo(8);
        assertThat(quorum.heldFlushed()).isEqualTo(3);
    }
}
