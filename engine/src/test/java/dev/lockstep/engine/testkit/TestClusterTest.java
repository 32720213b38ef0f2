package dev.lockstep.engine.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.engine.Command;
import dev.lockstep.engine.Outcome;
import dev.lockstep.engine.Reply;
import dev.lockstep.engine.SnapshotInput;
import dev.lockstep.engine.SnapshotOutput;
import dev.lockstep.engine.StateMachine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TestClusterTest {
    /** Adds up, and says no to what is negative. */
    private static class Counter implements StateMachine {
        long total;

        @Override
        public void apply(Command command, Reply reply) {
            long more = command.payload().getLong(0);
            if (more < 0) {
                reply.reject(7);
            } else {
                total += more;
            }
            reply.putLong(total);
        }

        @Override
        public void save(SnapshotOutput out) {
            out.putLong(total);
        }

        @Override
        public void load(SnapshotInput in) {
            total = in.getLong();
        }
    }

    private final TestCluster<Counter> cluster = TestCluster.of(3, Counter::new);

    private static byte[] bytes(long value) {
        byte[] bytes = new byte[Long.BYTES];
        new UnsafeBuffer(bytes).putLong(0, value);
        return bytes;
    }

    private List<Long> totals() {
        return cluster.names().stream()
                .map(each -> cluster.stateMachine(each).total)
                .toList();
    }

    @Test
    void whatIsAppliedIsAnsweredAndAppliedEverywhere() {
        SubmittedCommand five = cluster.apply(bytes(5));
        assertThat(five.outcome()).isEqualTo(Outcome.APPLIED);
        assertThat(five.payload().getLong(0)).isEqualTo(5);
        SubmittedCommand no = cluster.apply(bytes(-1));
        assertThat(no.outcome()).isEqualTo(Outcome.REJECTED);
        assertThat(no.code()).isEqualTo(7);
        assertThat(no.index()).isGreaterThan(five.index());
        cluster.awaitAgreement();
        assertThat(totals()).containsExactly(5L, 5L, 5L);
    }

    @Test
    void nothingIsToldBeforeTimePasses() {
        SubmittedCommand five = cluster.submit(bytes(5));
        assertThat(five.isTold()).isFalse();
        assertThatThrownBy(five::outcome).hasMessageContaining("advance time");
        cluster.advance(Duration.ofMillis(200));
        assertThat(five.outcome()).isEqualTo(Outcome.APPLIED);
    }

    @Test
    void whenThePrimaryIsKilledAnotherOneGoesOnAndTheOneBeforeCatchesUp() {
        cluster.apply(bytes(5));
        String first = cluster.primary();
        SubmittedCommand lost = cluster.submit(bytes(100));
        cluster.kill(first);
        assertThat(lost.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThatThrownBy(() -> cluster.stateMachine(first)).hasMessageContaining("restart it first");
        SubmittedCommand six = cluster.apply(bytes(6));
        assertThat(six.payload().getLong(0)).isIn(11L, 111L);
        assertThat(cluster.primary()).isNotEqualTo(first);
        cluster.restart(first);
        cluster.awaitAgreement();
        assertThat(totals()).containsOnly(six.payload().getLong(0));
    }

    @Test
    void aPrimaryThatIsCutOffOrStandsStillIsReplaced() {
        cluster.apply(bytes(1));
        String first = cluster.primary();
        cluster.partition(first);
        cluster.advance(Duration.ofSeconds(2));
        assertThat(cluster.primary()).isNotEmpty().isNotEqualTo(first);
        cluster.apply(bytes(2));
        assertThat(cluster.stateMachine(first).total).isEqualTo(1);
        cluster.heal();
        cluster.advance(Duration.ofSeconds(1));
        String second = cluster.primary();
        cluster.pause(second, Duration.ofSeconds(3));
        cluster.apply(bytes(4));
        cluster.awaitAgreement();
        assertThat(totals()).containsExactly(7L, 7L, 7L);
    }

    @Test
    void whereTooFewHearEachOtherNothingIsTaken() {
        cluster.apply(bytes(1));
        cluster.kill("node1");
        cluster.kill("node2");
        assertThatThrownBy(() -> cluster.apply(bytes(2))).hasMessageContaining("do enough");
        cluster.awaitAgreement();
        assertThat(totals()).allMatch(each -> each == 1 || each == 3);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void whateverGoesWrongAtRandomAllThatIsToldHoldsAndAllStatesAreTheSame(long seed) {
        TestCluster<Counter> disturbed = TestCluster.of(3, Counter::new, seed);
        disturbed.disturb();
        List<SubmittedCommand> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            all.add(disturbed.submit(bytes(1)));
            disturbed.advance(Duration.ofMillis(20));
        }
        disturbed.awaitAgreement();
        long applied =
                all.stream().filter(each -> each.outcome() == Outcome.APPLIED).count();
        long unknown =
                all.stream().filter(each -> each.outcome() == Outcome.UNKNOWN).count();
        assertThat(applied).isGreaterThan(100);
        assertThat(disturbed.stateMachine("node3").total).isBetween(applied, applied + unknown);
    }

    @Test
    void aStateMachineThatIsNotDeterministicIsFoundOut() {
        int[] made = {0};
        TestCluster<Counter> odd = TestCluster.of(3, () -> {
            int number = ++made[0];
            return new Counter() {
                @Override
                public void apply(Command command, Reply reply) {
                    total += number;
                }
            };
        });
        odd.apply(bytes(1));
        assertThatThrownBy(odd::awaitAgreement).hasMessageContaining("not deterministic");
    }

    @Test
    void aClusterHasFromOneToSevenNodesAndTheirNames() {
        assertThatThrownBy(() -> TestCluster.of(8, Counter::new)).hasMessageContaining("from 1 to 7");
        assertThatThrownBy(() -> cluster.kill("node4")).hasMessageContaining("[node1, node2, node3]");
        TestCluster<Counter> alone = TestCluster.of(1, Counter::new);
        assertThat(alone.apply(bytes(3)).payload().getLong(0)).isEqualTo(3);
    }
}
