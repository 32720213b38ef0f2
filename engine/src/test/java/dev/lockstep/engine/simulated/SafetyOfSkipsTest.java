package dev.lockstep.engine.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.engine.replica.ActRefused;
import dev.lockstep.engine.replica.Skip;
import org.junit.jupiter.api.Test;

/** Safety line 32, the log's part: what is skipped is decided by a majority, known to all, and kept for ever. */
final class SafetyOfSkipsTest {
    private static final String WHY = "it divides by zero";

    private static void assertRefused(ScriptedCluster c, long index, String why, String reason) {
        assertThatThrownBy(() -> c.replica(1).acts().skip(index, why))
                .isInstanceOf(ActRefused.class)
                .hasMessageContaining(reason);
    }

    @Test
    void allKnowWhatIsSkippedAlsoWhoComesLaterAndWhoIsStartedAnew() {
        ScriptedCluster c = ScriptedCluster.of(3);
        c.reign(1, 2, 3);
        long index = c.commit(1);
        c.commit(1);
        c.kill(3);
        c.act(1, replica -> replica.acts().skip(index, WHY));
        c.settle();
        Skip skip = new Skip(index, c.last(1).index(), null, WHY);
        c.commit(1);
        c.start(3);
        c.pass(200);
        for (int node = 1; node <= 3; node++) {
            assertThat(c.replica(node).skips()).as("node %d", node).containsExactly(skip);
            c.kill(node);
            c.start(node);
            assertThat(c.replica(node).skips()).as("node %d again", node).containsExactly(skip);
        }
    }

    @Test
    void nothingIsSkippedBeforeTheDecisionIsCommittedNorIfItIsCut() {
        ScriptedCluster c = ScriptedCluster.of(3);
        c.reign(1, 2, 3);
        long index = c.commit(1);
        c.hold(1, 2);
        c.hold(1, 3);
        c.act(1, replica -> replica.acts().skip(index, WHY));
        assertThat(c.replica(1).config().skips()).hasSize(1);
        assertThat(c.replica(1).skips()).isEmpty();
        c.pause(1);
        c.elect(2, 3);
        c.settle();
        c.commit(2);
        c.resume(1);
        for (int other = 2; other <= 3; other++) {
            c.lose(1, other);
            c.release(1, other);
        }
        c.settle();
        assertThat(c.last(1)).isEqualTo(c.last(2));
        assertThat(c.replica(1).config().skips()).isEmpty();
        assertThat(c.replica(1).skips()).isEmpty();
    }

    @Test
    void onlyACommandThatIsCommittedAndInNoSnapshotIsSkippedAndOnce() {
        ScriptedCluster c = ScriptedCluster.of(3);
        c.reign(1, 2, 3);
        long index = c.commit(1);
        assertRefused(c, 1, WHY, "there is no command");
        assertRefused(c, index + 1, WHY, "is not committed");
        assertRefused(c, 0, WHY, "is part of a snapshot");
        assertRefused(c, index, " ", "a reason");
        assertRefused(c, index, "x".repeat(Skip.MAX_REASON_BYTES + 1), "a reason");
        c.act(1, replica -> replica.acts().skip(index, WHY));
        c.settle();
        assertRefused(c, index, WHY, "is skipped twice");
        long next = c.commit(1);
        c.snapshot(1);
        assertRefused(c, next, WHY, "is part of a snapshot");
        assertThatThrownBy(() -> c.replica(2).acts().skip(index, WHY)).hasMessageContaining("not the primary");
    }
}
