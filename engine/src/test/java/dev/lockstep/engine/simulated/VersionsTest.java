package dev.lockstep.engine.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.MemberKind;
import dev.lockstep.engine.replica.Member;
import dev.lockstep.engine.replica.ReplicaSettings;
import org.junit.jupiter.api.Test;

/** A version of the state machine is active once every node that applies supports it, and never a lower one again. */
final class VersionsTest {
    private static void code(ScriptedCluster c, int node, int version) {
        ReplicaSettings before = c.node(node).settings;
        c.node(node).settings = new ReplicaSettings(
                node,
                before.founders(),
                before.mode(),
                before.durability(),
                before.heartbeatNs(),
                before.electionTimeoutNs(),
                before.priority(),
                before.catchUpBytes(),
                version);
    }

    /** They are started anew, with other code. */
    private static void support(ScriptedCluster c, int version, int... nodes) {
        for (int node : nodes) {
            c.kill(node);
            code(c, node, version);
            c.start(node);
        }
        c.settle();
    }

    private static int active(ScriptedCluster c, int node) {
        return c.replica(node).config().stateMachineVersion();
    }

    @Test
    void aVersionIsActiveOnceTheLastNodeThatAppliesSupportsIt() {
        ScriptedCluster c = ScriptedCluster.of(3, 1);
        c.reign(1, 2, 3);
        support(c, 3, 2);
        support(c, 2, 3, 4);
        c.pass(200);
        assertThat(active(c, 1)).isEqualTo(1);
        support(c, 5, 1);
        c.elect(2, 3);
        c.pass(200);
        for (int node = 1; node <= 4; node++) {
            assertThat(active(c, node)).as("node %d", node).isEqualTo(2);
        }
        assertThat(c.commitOf(2)).isEqualTo(c.last(2).index());
    }

    @Test
    void anObserverThatIsNotThereHoldsNothingUp() {
        ScriptedCluster c = ScriptedCluster.of(3, 1);
        c.reign(1, 2, 3);
        c.kill(4);
        support(c, 2, 2, 3);
        support(c, 2, 1);
        c.elect(2, 3);
        c.pass(200);
        assertThat(active(c, 2)).isEqualTo(2);
    }

    @Test
    void whoIsNotThereHoldsItUpAndWhoComesBackWithOldCodeTakesNothingBack() {
        ScriptedCluster c = ScriptedCluster.of(3);
        c.reign(1, 2, 3);
        c.kill(3);
        support(c, 2, 2);
        support(c, 2, 1);
        c.elect(1, 2);
        c.pass(200);
        assertThat(active(c, 1)).isEqualTo(1);
        support(c, 2, 3);
        c.pass(200);
        assertThat(active(c, 1)).isEqualTo(2);
        support(c, 1, 3);
        c.pass(200);
        assertThat(active(c, 1)).isEqualTo(2);
        assertThat(active(c, 3)).isEqualTo(2);
    }

    @Test
    void whatANodeSaidBeforeItWasStartedAnewDoesNotCount() {
        ScriptedCluster c = ScriptedCluster.of(3);
        support(c, 2, 2, 3);
        c.reign(1, 2, 3);
        c.pass(200);
        support(c, 1, 2);
        support(c, 2, 1);
        c.elect(1, 3);
        c.pass(200);
        assertThat(active(c, 1)).isEqualTo(1);
    }

    @Test
    void aNodeAloneBeginsWithItsOwn() {
        ScriptedCluster c = ScriptedCluster.unborn(1);
        code(c, 1, 7);
        c.start(1);
        c.beBorn();
        assertThat(active(c, 1)).isEqualTo(7);
    }

    @Test
    void aWitnessDoesNotCount() {
        ScriptedCluster c = ScriptedCluster.withWitness();
        support(c, 2, 2);
        support(c, 2, 1);
        c.elect(1, 2);
        c.pass(300);
        assertThat(active(c, 1)).isEqualTo(2);
        assertThat(c.replica(1).config().members()).extracting(Member::kind).contains(MemberKind.WITNESS);
    }
}
