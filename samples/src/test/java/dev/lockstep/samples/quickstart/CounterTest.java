package dev.lockstep.samples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.testkit.SubmittedCommand;
import dev.lockstep.engine.testkit.TestCluster;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How a state machine is tried in a cluster, without a file or a socket. */
class CounterTest {
    private final TestCluster<Counter> cluster = TestCluster.of(3, Counter::new);

    private static byte[] number(long value) {
        return ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array();
    }

    @Test
    void theSumOutlivesThePrimary() {
        cluster.apply(number(5));
        String first = cluster.primary();
        cluster.kill(first);
        assertThat(cluster.apply(number(6)).payload().getLong(0)).isEqualTo(11);
        cluster.restart(first);
        cluster.awaitAgreement();
    }

    @Test
    void whateverGoesWrongAllNodesCountTheSame() {
        cluster.disturb();
        for (int i = 0; i < 100; i++) {
            cluster.submit(number(1));
            cluster.advance(Duration.ofMillis(20));
        }
        cluster.awaitAgreement();
        SubmittedCommand last = cluster.apply(number(0));
        assertThat(last.payload().getLong(0)).isBetween(50L, 100L);
    }
}
