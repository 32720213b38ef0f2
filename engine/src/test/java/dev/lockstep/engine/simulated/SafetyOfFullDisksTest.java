package dev.lockstep.engine.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.Role;
import dev.lockstep.engine.replica.OrphanReport;
import dev.lockstep.engine.simulated.ScriptedLetter.Kind;
import dev.lockstep.engine.testing.NotedEvents.Answered;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.ballot.Ballot;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Safety lines 1, 9 and 24 where there is no room: what cannot be written was not done, and is done once there is room. */
final class SafetyOfFullDisksTest {
    private final ScriptedCluster c = ScriptedCluster.of(3);

    private static void checkThatWhatWasSentIsHeld(ScriptedCluster c, int node) {
        for (ScriptedLetter each : c.sentBy(node, Kind.APPEND)) {
            if (each.hasFrame()) {
                assertThat(c.disk(node).holding(each.append().previous().index() + 1))
                        .as("%s", each)
                        .isNotNull();
            }
        }
    }

    /** Line 1. */
    @Test
    void aVoteThatCannotBeWrittenIsNotGiven() {
        c.disk(2).device().full(true);
        Ballot before = c.ballot(2);
        assertThat(c.campaign(1, 2)).isFalse();
        ScriptedLetter request = c.lastSent(1, 2, Kind.VOTE_REQUEST);
        assertThat(request.isPreVote()).isFalse();
        for (int i = 0; i < 3; i++) {
            c.deliver(request); // and nothing of it is remembered as if it were written
        }
        assertThat(c.node(2).isRunning()).isTrue();
        assertThat(c.ballot(2)).isEqualTo(before);
        assertThat(c.sentBy(2, Kind.VOTE_REPLY))
                .isNotEmpty()
                .allMatch(ScriptedLetter::isPreVote); // which promise nothing
        c.disk(2).device().full(false);
        c.elect(1, 2);
        assertThat(c.ballot(2).votedFor()).isEqualTo(c.replica(1).identity());
    }

    /** Line 1: nor does a node ask for votes that cannot write its own. */
    @Test
    void whoCannotElectItselfAsksForNoVotes() {
        c.disk(1).device().full(true);
        assertThat(c.campaign(1, 2, 3)).isFalse();
        assertThat(c.node(1).isRunning()).isTrue();
        assertThat(c.sentBy(1, Kind.VOTE_REQUEST)).isNotEmpty().allMatch(ScriptedLetter::isPreVote);
        c.disk(1).device().full(false);
        c.elect(1, 2, 3);
    }

    /**
     * Node 3 has frames that nobody else got, and follows node 1, which has sent it nothing yet.
     *
     * @return those frames
     */
    private List<FrameRef> nodesThreesOwn() {
        c.reign(3, 1);
        c.hold(3, 1);
        c.hold(3, 2);
        List<FrameRef> own = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            c.propose(3);
            own.add(c.last(3));
        }
        c.isolate(3);
        c.elect(1, 2);
        c.settle();
        c.release(3, 1);
        c.release(3, 2);
        c.hold(1, 3);
        c.rejoin(3);
        c.tick(20);
        c.deliver(1, 3, Kind.HEARTBEAT);
        assertThat(c.replica(3).primary()).isEqualTo(1);
        return own;
    }

    private void checkThatEachIsKeptOnce(List<FrameRef> own) {
        assertThat(c.last(3)).isEqualTo(c.last(1));
        assertThat(c.disk(3).orphans()).containsExactlyElementsOf(own);
        assertThat(c.heard(3).orphaned)
                .extracting(OrphanReport::firstIndex)
                .containsExactly(own.get(0).index());
        c.checkOneHistory();
    }

    /** Line 9. */
    @Test
    void nothingIsCutThatCannotBeKeptAside() {
        List<FrameRef> own = nodesThreesOwn();
        c.disk(3).device().full(true);
        c.release(1, 3);
        c.pass(300);
        assertThat(c.node(3).isRunning()).isTrue();
        assertThat(c.last(3)).isEqualTo(own.get(3));
        assertThat(c.disk(3).orphans()).isEmpty();
        long index = c.commit(1); // with node 2
        c.disk(3).device().full(false);
        c.pass(300);
        assertThat(c.commitOf(3)).isGreaterThanOrEqualTo(index);
        checkThatEachIsKeptOnce(own);
    }

    /** Line 9: they are kept, and there is no room to note that they are cut. */
    @Test
    void whatIsKeptAsideBeforeThereIsRoomForTheCutIsKeptOnce() {
        List<FrameRef> own = nodesThreesOwn();
        c.disk(3).device().logFull(true);
        c.release(1, 3);
        c.pass(300);
        assertThat(c.last(3)).isEqualTo(own.get(3));
        assertThat(c.disk(3).orphans()).containsExactlyElementsOf(own);
        assertThat(c.heard(3).orphaned).isEmpty();
        c.disk(3).device().logFull(false);
        c.pass(300);
        checkThatEachIsKeptOnce(own);
    }

    /** Line 9: neither is there room for the one nor, later, for the other. */
    @Test
    void whatCouldNeitherBeKeptAsideNorCutIsKeptOnce() {
        List<FrameRef> own = nodesThreesOwn();
        c.disk(3).device().full(true);
        c.disk(3).device().logFull(true);
        c.release(1, 3);
        c.pass(200);
        assertThat(c.disk(3).orphans()).isEmpty();
        c.disk(3).device().full(false);
        c.pass(200);
        assertThat(c.last(3)).isEqualTo(own.get(3));
        c.disk(3).device().logFull(false);
        c.pass(300);
        checkThatEachIsKeptOnce(own);
    }

    /** Node 1 is elected, and has no room for the first frame of its reign. */
    private void reignWithoutRoom() {
        c.disk(1).device().logFull(true);
        FrameRef last = c.last(1);
        c.elect(1, 2, 3);
        c.deliverAll();
        assertThat(c.last(1)).isEqualTo(last);
        assertThat(c.replica(1).isOpen()).isFalse();
        assertThat(c.tryPropose(1)).isNegative();
        c.act(1, replica -> replica.read(7));
        assertThat(c.heard(1).readable).containsExactly(new Answered(7, -1));
    }

    /** Line 24. */
    @Test
    void aPrimaryWithoutRoomForItsFirstFrameGoesOnOnceItHasRoom() {
        reignWithoutRoom();
        c.pass(50);
        checkThatWhatWasSentIsHeld(c, 1);
        long term = c.term(1);
        c.disk(1).device().logFull(false);
        c.settle();
        assertThat(c.term(1)).isEqualTo(term);
        assertThat(c.replica(1).isOpen()).isTrue();
        c.commit(1);
        assertThat(c.last(3)).isEqualTo(c.last(1));
    }

    /** Line 24: it is heard, and yet serves nobody; the others need not wait for it for longer than for one that is silent. */
    @Test
    void aPrimaryThatGetsNoRoomForItsFirstFrameGivesWay() {
        reignWithoutRoom();
        long term = c.term(1);
        c.pass(110);
        assertThat(c.replica(1).role()).isNotEqualTo(Role.PRIMARY);
        checkThatWhatWasSentIsHeld(c, 1);
        c.reign(2, 3);
        assertThat(c.term(2)).isGreaterThan(term);
        c.commit(2);
        c.disk(1).device().logFull(false);
        c.settle();
        assertThat(c.last(1)).isEqualTo(c.last(2));
        c.checkOneHistory();
    }

    /** Line 24: no room in the midst of a reign: what is not taken has not left, and its index is the next one's. */
    @Test
    void whatThereIsNoRoomForIsNeitherSentNorCountedAsAnIndex() {
        c.reign(1, 2, 3);
        FrameRef last = c.last(1);
        c.disk(1).device().logFull(true);
        assertThat(c.tryPropose(1)).isNegative();
        c.settle();
        checkThatWhatWasSentIsHeld(c, 1);
        assertThat(c.last(3)).isEqualTo(last);
        assertThat(c.replica(1).role()).isEqualTo(Role.PRIMARY);
        c.disk(1).device().logFull(false);
        assertThat(c.commit(1)).isEqualTo(last.index() + 1);
        assertThat(c.last(3)).isEqualTo(c.last(1));
    }

    /** Line 15: it stays dirty, which may make it recover for nothing, and loses nothing. */
    @Test
    void whoIsLeftAloneCommitsThoughThereIsNoRoomToNoteThatItIsClean() {
        ScriptedCluster two = ScriptedCluster.of(2);
        two.reign(1, 2);
        assertThat(two.ballot(1).dirty()).isTrue();
        two.act(1, replica -> replica.acts().remove(2, true));
        two.disk(1).device().fullFor(EnumSet.of(SmallFile.BALLOT));
        two.flush(1);
        two.pass(50);
        long index = two.propose(1);
        two.flush(1);
        two.pass(50);
        assertThat(two.node(1).isRunning()).isTrue();
        assertThat(two.commitOf(1)).isEqualTo(index);
        assertThat(two.ballot(1).dirty()).isTrue();
        two.disk(1).device().full(false);
        two.pass(10);
        assertThat(two.ballot(1).dirty()).isFalse();
    }

    /** Nobody says anything to it any more, for it is no member of the epoch to which it yields. */
    @Test
    void whoHasNoRoomForTheCutWhenItYieldsCutsOnceItHas() {
        c.reign(1, 2, 3);
        c.isolate(3);
        long beyond = c.commit(1);
        FrameRef lost = c.disk(1).holding(beyond);
        c.kill(1);
        c.kill(2);
        SafetyOfEpochsTest.promote(c, 3, List.of(1, 2));
        SafetyOfEpochsTest.commitAlone(c, 3);
        c.start(1);
        c.disk(1).device().logFull(true);
        c.rejoin(3);
        c.pass(400);
        assertThat(c.disk(1).holds(lost)).isTrue();
        c.disk(1).device().logFull(false);
        c.pass(400);
        assertThat(c.disk(1).holds(lost)).isFalse();
        assertThat(c.heard(1).orphaned).hasSize(1);
    }
}
