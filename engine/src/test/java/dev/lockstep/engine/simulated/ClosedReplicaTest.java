package dev.lockstep.engine.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.Ack;
import dev.lockstep.engine.replica.Replica;
import org.junit.jupiter.api.Test;

/** A node that is stopped in good order leaves nobody waiting. */
final class ClosedReplicaTest {
    private final ScriptedCluster c = ScriptedCluster.of(3);

    @Test
    void whoWaitsIsToldWhatIsKnown() {
        c.reign(1, 2, 3);
        long committed = c.commit(1);
        c.isolate(1);
        long open = c.propose(1);
        Replica replica = c.replica(1);
        replica.await(open, Ack.QUORUM_APPENDED, Long.MAX_VALUE);
        replica.read(7);
        replica.close();
        replica.close();
        assertThat(c.heard(1).acknowledged).hasSize(1);
        assertThat(c.heard(1).acknowledged.get(0).index()).isEqualTo(open);
        assertThat(c.heard(1).acknowledged.get(0).reached()).isEqualTo(Ack.NONE);
        assertThat(c.heard(1).readable).hasSize(1);
        assertThat(c.heard(1).readable.get(0).index()).isNegative();
        assertThat(open).isGreaterThan(committed);
    }
}
