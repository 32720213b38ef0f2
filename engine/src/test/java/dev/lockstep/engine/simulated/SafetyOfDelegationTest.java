package dev.lockstep.engine.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.engine.Mode;
import dev.lockstep.engine.Role;
import dev.lockstep.engine.replica.ActRefused;
import dev.lockstep.engine.replica.Member;
import dev.lockstep.engine.simulated.ScriptedLetter.Kind;
import dev.lockstep.storage.FrameRef;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Safety line 28, where an operator promotes a node that has missed something: another one has the best log, or knows of
 * members and of what was committed that the first one has not heard of.
 */
final class SafetyOfDelegationTest {
    private static final long PARENT = 1;

    private final ScriptedCluster c = ScriptedCluster.of(3);

    /** What was on its way between two nodes is lost, and an operator promotes the first one. */
    private static void promote(ScriptedCluster cluster, int node, int other, List<Integer> lost) {
        cluster.tick(200);
        cluster.lose(node, other);
        cluster.lose(other, node);
        cluster.act(node, replica -> replica.acts().promote(lost));
    }

    private static void passAndFlush(ScriptedCluster cluster, int times) {
        for (int i = 0; i < times; i++) {
            cluster.pass(10);
            cluster.flushAll();
        }
    }

    /** Node 2 asks node 3, which has the better log, to found the epoch; that is on its way. */
    private ScriptedLetter node2AsksNode3() {
        c.reign(1, 2, 3);
        c.isolate(2);
        c.commit(1);
        c.kill(1);
        c.rejoin(2);
        promote(c, 2, 3, List.of(1));
        ScriptedLetter asked = null;
        for (int i = 0; i < 200 && asked == null; i++) {
            c.tick(10);
            for (ScriptedLetter each : c.links.takeAll(2, 3)) {
                if (each.is(Kind.PROMOTE_THERE)) {
                    asked = each;
                } else {
                    c.deliver(each);
                }
            }
            c.deliver(3, 2);
        }
        assertThat(asked).isNotNull();
        return asked;
    }

    @Test
    void whoWasAskedLongAgoToFoundAnEpochDoesNotDoItNow() {
        ScriptedLetter asked = node2AsksNode3();
        c.start(1); // it was not lost
        c.isolate(2);
        c.rejoin(2);
        c.elect(3, 1, 2);
        c.settle();
        c.elect(1, 2, 3);
        c.settle();
        c.commit(1);
        c.links.cut(1, 3);
        c.links.cut(1, 2);
        c.tick(100); // node 3 does not hear node 1 for a while
        c.deliver(asked);
        passAndFlush(c, 12);
        assertThat(c.replica(3).term().epoch()).isEqualTo(PARENT);
    }

    @Test
    void norDoesWhoIsAskedAfterItWasStartedAnewInAnotherTerm() {
        ScriptedLetter asked = node2AsksNode3();
        c.restart(3);
        c.start(1);
        c.isolate(2);
        c.elect(3, 1);
        c.isolate(3);
        c.links.join(2, 3);
        c.tick(100);
        c.deliver(asked);
        passAndFlush(c, 12);
        assertThat(c.replica(3).term().epoch()).isEqualTo(PARENT);
    }

    /** Node 3 was removed, and has not heard of it: it founds nothing, and has nobody found anything. */
    @Test
    void whoIsNoMemberByTheBestLogHasNoEpochFoundedThere() {
        c.reign(1, 2, 3);
        c.isolate(3);
        c.act(1, replica -> replica.acts().remove(3, false));
        c.settle();
        assertThat(c.replica(2).config().voters()).extracting(Member::node).containsExactly(1, 2);
        c.flushAll();
        c.kill(1);
        c.rejoin(3);
        promote(c, 3, 2, List.of(1));
        passAndFlush(c, 700);
        assertThat(c.replica(2).term().epoch()).isEqualTo(PARENT);
        assertThat(c.heard(2).remarks).anyMatch(each -> each.contains("node 3 asked this one to found an epoch"));
        assertThat(c.heard(3).failures).singleElement().asString().contains("node 2, which has the best log");
        c.act(2, replica -> replica.acts().promote(List.of(1)));
        passAndFlush(c, 30);
        assertThat(c.replica(2).role()).isEqualTo(Role.PRIMARY);
        assertThat(c.replica(2).config().voters()).extracting(Member::node).containsExactly(2);
    }

    @Test
    void whoCannotBeLostIsNotTakenForLost() {
        for (int node : new int[] {-1, 1, 256, 257, Integer.MAX_VALUE}) {
            assertThatThrownBy(() -> c.replica(1).acts().promote(List.of(2, node)))
                    .isInstanceOf(ActRefused.class)
                    .hasMessageContaining("cannot be lost");
        }
    }

    /** It is asked again and again, and never does: the operator hears of it where he asked. */
    @Test
    void theOperatorIsToldIfWhoeverHasTheBestLogDoesNotFoundTheEpoch() {
        node2AsksNode3();
        c.isolate(3);
        c.tick(3_000);
        assertThat(c.heard(2).failures).singleElement().asString().contains("node 3");
    }

    @Test
    void norIsItFoundedThereIfOneWhomThatOneMissesDoesNotAnswer() {
        ScriptedCluster four = ScriptedCluster.of(3, 1);
        four.reign(1, 2, 3);
        four.isolate(2);
        four.act(1, replica -> replica.acts().makeVoter(4));
        four.settle();
        four.kill(1);
        four.kill(4);
        four.rejoin(2);
        promote(four, 2, 3, List.of(1)); // it does not know that node 4 votes
        four.pass(6_000);
        assertThat(four.replica(3).term().epoch()).isEqualTo(PARENT);
        assertThat(four.heard(3).failures).singleElement().asString().contains("[4] did not answer");
        assertThat(four.heard(2).failures).singleElement().asString().contains("node 3");
    }

    /** What it knows to be committed of the configuration is not undone by whoever was asked first, and is behind. */
    @Test
    void anEpochGoesOnWithTheConfigurationOfTheBestLog() {
        c.reign(1, 2, 3);
        c.isolate(2);
        c.act(1, replica -> replica.acts().setMode(Mode.ASYNC));
        c.settle();
        assertThat(c.commitOf(3)).isEqualTo(c.last(1).index());
        c.kill(1);
        c.rejoin(2);
        promote(c, 2, 3, List.of(1));
        passAndFlush(c, 40);
        assertThat(c.replica(3).term().epoch()).isGreaterThan(PARENT);
        assertThat(c.replica(3).config().mode()).isEqualTo(Mode.ASYNC);
        assertThat(c.replica(2).config()).isEqualTo(c.replica(3).config());
    }

    /** Node 2 is cut off; node 4 votes from now on in the place of node 3, and has committed with node 1 alone. */
    private static FrameRef node4VotesInThePlaceOfNode3(ScriptedCluster four) {
        four.reign(1, 2, 3);
        four.isolate(2);
        four.pass(100);
        four.act(1, replica -> replica.acts().makeVoter(4));
        four.settle();
        four.act(1, replica -> replica.acts().remove(3, false));
        four.settle();
        assertThat(four.replica(1).config().voters()).extracting(Member::node).containsExactly(1, 2, 4);
        FrameRef committed = four.disk(1).holding(four.commit(1));
        assertThat(four.disk(4).holds(committed)).isTrue();
        four.flushAll();
        four.kill(1);
        return committed;
    }

    @Test
    void aVoterOfWhomTheFounderHasNotHeardLosesNothing() {
        ScriptedCluster four = ScriptedCluster.of(3, 1);
        FrameRef committed = node4VotesInThePlaceOfNode3(four);
        four.links.join(2, 3);
        promote(four, 2, 3, List.of(1));
        passAndFlush(four, 40);
        four.rejoin(4);
        passAndFlush(four, 60);
        assertThat(four.disk(4).holds(committed)).isTrue();
        four.checkOneHistory();
    }

    /** By the configuration of the founder it is an observer. */
    @Test
    void whoIsNoVoterAndKnowsBetterIsHeardBeforeAnEpochIsFounded() {
        ScriptedCluster four = ScriptedCluster.of(3, 1);
        FrameRef committed = node4VotesInThePlaceOfNode3(four);
        four.kill(3);
        four.rejoin(2);
        promote(four, 2, 4, List.of(1, 3));
        passAndFlush(four, 60);
        assertThat(four.disk(4).holds(committed)).isTrue();
        assertThat(four.replica(2).term().epoch()).isEqualTo(PARENT);
        assertThat(four.heard(2).failures).singleElement().asString().contains("promote node 4 instead");
        assertThat(four.replica(4).role())
                .isEqualTo(Role.PRIMARY); // nothing was lost: two of its three voters are there
        assertThat(four.disk(2).holds(committed)).isTrue();
    }

    /** Only an observer has what the voters have committed who are lost: it is for the operator to say that it is lost too. */
    @Test
    void whatOnlyAnObserverHoldsIsGivenUpOnlyIfTheOperatorSaysSo() {
        ScriptedCluster four = ScriptedCluster.of(3, 1);
        four.reign(1, 2, 3);
        four.isolate(3);
        FrameRef committed = four.disk(1).holding(four.commit(1));
        four.settle();
        assertThat(four.commitOf(4)).isEqualTo(committed.index());
        four.kill(1);
        four.kill(2);
        four.rejoin(3);
        promote(four, 3, 4, List.of(1, 2));
        passAndFlush(four, 60);
        assertThat(four.heard(3).failures).singleElement().asString().contains("name it among the lost");
        assertThat(four.replica(3).term().epoch()).isEqualTo(PARENT);
        four.act(3, replica -> replica.acts().promote(List.of(1, 2, 4)));
        passAndFlush(four, 60);
        assertThat(four.replica(3).term().epoch()).isGreaterThan(PARENT);
        assertThat(four.disk(4).holds(committed)).isFalse();
        assertThat(four.disk(4).orphans()).contains(committed);
    }
}
