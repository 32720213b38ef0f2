package dev.lockstep.engine.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.Ack;
import dev.lockstep.engine.Role;
import dev.lockstep.engine.sbe.MessageHeaderDecoder;
import dev.lockstep.engine.sbe.VoteRequestEncoder;
import dev.lockstep.engine.simulated.ScriptedLetter.Kind;
import dev.lockstep.engine.testing.NotedEvents.Acknowledged;
import dev.lockstep.engine.testing.NotedEvents.Answered;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.ballot.Ballot;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Safety lines 1 to 4, 6, 13, 19 and 30: who is primary, and what a primary may do that may be none any more. */
final class SafetyOfVotesTest {
    private static final int GRANTED = 0;
    private static final int PRIMARY_IS_HEARD = 4;
    private static final int VOTED_FOR_ANOTHER = 5;

    private final ScriptedCluster c = ScriptedCluster.of(3);

    private Identity identity(int node) {
        return c.replica(node).identity();
    }

    /** Line 1. */
    @Test
    void aVoteIsOnTheDeviceBeforeItsReplyLeaves() {
        c.elect(1, 2);
        ScriptedLetter reply = c.lastSent(2, 1, Kind.VOTE_REPLY);
        assertThat(reply.isPreVote()).isFalse();
        assertThat(reply.voteReply().answer()).isEqualTo((short) GRANTED);
        assertThat(reply.ballot().term()).isEqualTo(c.term(1));
        assertThat(reply.ballot().votedFor()).isEqualTo(identity(1));
    }

    /** Line 1. */
    @Test
    void aCandidateHasElectedItselfOnItsDeviceBeforeItAsksAnybody() {
        c.elect(1, 2);
        ScriptedLetter request = c.lastSent(1, 3, Kind.VOTE_REQUEST);
        assertThat(request.isPreVote()).isFalse();
        assertThat(request.ballot().term()).isEqualTo(request.voteRequest().askedTerm());
        assertThat(request.ballot().votedFor()).isEqualTo(identity(1));
    }

    /** Line 1: two candidates of one term, and a voter that dies between the two. */
    @Test
    void aVoterThatWasStartedAnewElectsNobodyElseInTheSameTerm() {
        ScriptedLetter ofThree = realRequestOf(3);
        ScriptedLetter ofOne = realRequestOf(1);
        long term = ofOne.voteRequest().askedTerm();
        assertThat(ofThree.voteRequest().askedTerm()).isEqualTo(term);
        c.deliver(ofOne);
        c.powerCut(2);
        c.start(2);
        c.lose(2, 3);
        c.deliver(ofThree);
        assertThat(c.take(2, 3, Kind.VOTE_REPLY).voteReply().answer()).isEqualTo((short) VOTED_FOR_ANOTHER);
        assertThat(c.ballot(2).votedFor()).isEqualTo(identity(1));
        assertThat(c.ballot(2).term()).isEqualTo(term);
    }

    /** A node asks node 2 for its vote, and that request is still on its way. */
    private ScriptedLetter realRequestOf(int candidate) {
        c.askForPreVotes(candidate);
        c.deliver(candidate, 2, Kind.VOTE_REQUEST);
        c.deliver(2, candidate, Kind.VOTE_REPLY);
        ScriptedLetter request = c.take(candidate, 2, Kind.VOTE_REQUEST);
        assertThat(request.isPreVote()).isFalse();
        return request;
    }

    /** Line 2. */
    @Test
    void aHigherTermIsOnTheDeviceBeforeAnythingThatFollowsFromItLeaves() {
        c.elect(1, 2);
        long term = c.term(1);
        assertThat(c.ballot(3).term()).isLessThan(term);
        c.deliverAll();
        List<ScriptedLetter> replies = c.sentBy(3, Kind.HEARTBEAT_REPLY);
        assertThat(replies).isNotEmpty();
        for (ScriptedLetter each : c.links.sent()) {
            assertThat(each.ballot().term()).as("%s", each).isGreaterThanOrEqualTo(each.term());
        }
        assertThat(c.ballot(3).term()).isEqualTo(term);
    }

    /** Line 2: the ballot cannot be written, so nothing of the higher term may happen here. */
    @Test
    void aNodeThatCannotRaiseItsBallotSaysNothingOfTheTermUntilItCan() {
        c.elect(1, 2);
        c.disk(3).device().full(true);
        long before = c.links.sent().size();
        c.deliver(1, 3, Kind.HEARTBEAT);
        assertThat(c.node(3).isRunning()).isTrue();
        assertThat(c.term(3)).isLessThan(c.term(1));
        assertThat(c.links.sent().stream().filter(each -> each.number() >= before && each.from() == 3))
                .isEmpty();
        c.disk(3).device().full(false);
        c.settle();
        assertThat(c.term(3)).isEqualTo(c.term(1));
    }

    /** Line 3. */
    @Test
    void aPreVoteChangesNothingForAnybody() {
        c.reign(1, 2);
        Ballot ofOne = c.ballot(1);
        Ballot ofTwo = c.ballot(2);
        Ballot ofThree = c.ballot(3);
        c.askForPreVotes(3);
        int writes = c.node(1).ballotWrites + c.node(2).ballotWrites + c.node(3).ballotWrites;
        c.deliver(3, 1, Kind.VOTE_REQUEST);
        c.deliver(3, 2, Kind.VOTE_REQUEST);
        assertThat(c.lastSent(2, 3, Kind.VOTE_REPLY).voteReply().answer()).isEqualTo((short) GRANTED);
        assertThat(c.node(1).ballotWrites + c.node(2).ballotWrites + c.node(3).ballotWrites)
                .isEqualTo(writes);
        assertThat(c.ballot(1)).isEqualTo(ofOne);
        assertThat(c.ballot(2)).isEqualTo(ofTwo);
        assertThat(c.ballot(3)).isEqualTo(ofThree);
        assertThat(c.term(3)).isEqualTo(ofThree.term());
    }

    /** Lines 3 and 4. */
    @Test
    void aNodeThatWasCutOffAndComesBackDisturbsNobody() {
        c.reign(1, 2);
        long term = c.term(1);
        c.isolate(3);
        c.pass(1_000);
        assertThat(c.replica(3).role()).isEqualTo(Role.CANDIDATE);
        assertThat(c.ballot(3).term()).isEqualTo(term);
        c.rejoin(3);
        c.deliverAll();
        c.pass(200);
        assertThat(c.replica(1).role()).isEqualTo(Role.PRIMARY);
        assertThat(c.term(1)).isEqualTo(term);
        assertThat(c.replica(3).primary()).isEqualTo(1);
    }

    /** Line 4: even a request for a real vote is no reason to leave a primary that is heard. */
    @Test
    void whoHearsAPrimaryNeitherElectsAnybodyElseNorRaisesItsTerm() {
        ScriptedLetter request = realRequestOf(3);
        c.lose(3, 1);
        c.elect(1, 2);
        c.settle();
        ScriptedLetter newer = request.saying(asking(request, c.term(1) + 5));
        Ballot before = c.ballot(2);
        c.deliver(newer);
        assertThat(c.take(2, 3, Kind.VOTE_REPLY).voteReply().answer()).isEqualTo((short) PRIMARY_IS_HEARD);
        assertThat(c.ballot(2)).isEqualTo(before);
    }

    private static UnsafeBuffer asking(ScriptedLetter request, long term) {
        var bytes = new UnsafeBuffer(request.bytes().byteArray().clone());
        new VoteRequestEncoder()
                .wrap(bytes, MessageHeaderDecoder.ENCODED_LENGTH)
                .askedTerm(term);
        return bytes;
    }

    /** Line 6: what the primary before has committed the new one holds, and does not yet know to be committed. */
    @Test
    void noReadIsAnsweredBeforeTheFirstFrameOfTheReignIsCommitted() {
        c.reign(1, 2);
        long acknowledged = c.propose(1);
        c.hold(1, 3);
        c.deliver(1, 2); // which holds it
        c.deliver(2, 1);
        assertThat(c.commitOf(1)).isEqualTo(acknowledged);
        assertThat(c.commitOf(2)).isLessThan(acknowledged);
        c.kill(1);
        c.elect(2, 3);
        c.act(2, replica -> replica.read(7));
        c.turn(2);
        c.deliver(2, 3, Kind.HEARTBEAT); // that of the beginning
        c.deliver(2, 3, Kind.HEARTBEAT); // that of the read
        c.deliver(3, 2, Kind.HEARTBEAT_REPLY);
        c.deliver(3, 2, Kind.HEARTBEAT_REPLY);
        assertThat(c.heard(2).readable).isEmpty();
        c.settle();
        assertThat(c.heard(2).readable).hasSize(1);
        assertThat(c.heard(2).readable.get(0).index()).isGreaterThan(acknowledged);
    }

    /** Line 13. */
    @Test
    void aPrimaryThatWasDeposedUnseenAnswersNoRead() {
        c.reign(1, 2);
        c.hold(1, 2);
        c.hold(1, 3);
        c.pause(1);
        c.elect(2, 3);
        c.settle();
        long newer = c.commit(2);
        assertThat(newer).isGreaterThan(c.commitOf(1));
        c.resume(1);
        assertThat(c.replica(1).role()).isEqualTo(Role.PRIMARY);
        c.act(1, replica -> replica.read(7));
        c.turn(1);
        assertThat(c.heard(1).readable).isEmpty();
        c.release(1, 2);
        c.release(1, 3);
        c.settle();
        assertThat(c.heard(1).readable).containsExactly(new Answered(7, -1));
    }

    /** Line 13: answers to an earlier round of heartbeats do not confirm a read that was asked for later. */
    @Test
    void whatWasSaidBeforeAReadWasAskedForDoesNotConfirmIt() {
        c.reign(1, 2);
        c.hold(2, 1);
        c.hold(3, 1);
        c.tick(20);
        c.deliverAll();
        c.act(1, replica -> replica.read(7));
        c.turn(1);
        c.deliver(2, 1);
        c.deliver(3, 1);
        assertThat(c.heard(1).readable).isEmpty();
    }

    /** Line 13: the second comes when the first one's round has left, which so says nothing of what the second asks. */
    @Test
    void aReadThatComesAfterARoundWasSentWaitsForTheNextOne() {
        c.reign(1, 2);
        long index = c.commitOf(1);
        c.act(1, replica -> replica.read(7));
        c.turn(1);
        ScriptedLetter round = c.take(1, 2, Kind.HEARTBEAT);
        c.act(1, replica -> replica.read(8));
        c.deliver(round);
        c.deliver(2, 1, Kind.HEARTBEAT_REPLY);
        assertThat(c.heard(1).readable).containsExactly(new Answered(7, index));
        c.deliver(1, 2, Kind.HEARTBEAT);
        c.deliver(2, 1, Kind.HEARTBEAT_REPLY);
        assertThat(c.heard(1).readable).containsExactly(new Answered(7, index), new Answered(8, index));
    }

    /** Line 13: in SYNC a primary that its quorum does not answer ends its reign by itself. */
    @Test
    void aPrimaryThatNobodyAnswersStepsDown() {
        c.reign(1, 2);
        c.isolate(1);
        c.pass(120);
        assertThat(c.replica(1).role()).isNotEqualTo(Role.PRIMARY);
        assertThat(c.tryPropose(1)).isNegative();
    }

    /** Line 19. */
    @Test
    void aPausedPrimaryThatWakesAcknowledgesNothingThatIsNotCommitted() {
        c.reign(1, 2);
        c.hold(1, 2);
        c.hold(1, 3);
        long lost = c.propose(1);
        c.replica(1).await(lost, Ack.QUORUM_APPENDED, Long.MAX_VALUE);
        c.pause(1);
        c.elect(2, 3);
        c.settle();
        c.commit(2);
        assertThat(c.commitOf(2)).isGreaterThan(lost);
        c.resume(1);
        c.turn(1);
        assertThat(c.heard(1).acknowledged).isEmpty();
        c.release(1, 2);
        c.release(1, 3);
        c.settle();
        assertThat(c.heard(1).acknowledged).containsExactly(new Acknowledged(lost, Ack.QUORUM_APPENDED, Ack.NONE));
        assertThat(c.heard(1).orphaned).hasSize(1);
        assertThat(c.last(1)).isEqualTo(c.last(2));
        c.checkOneHistory();
    }

    /** Line 30: what the primary has said meanwhile is still to be heard when the standby wakes. */
    @Test
    void aStandbyThatStalledDoesNotCampaignBeforeItHasHeardWhatCameMeanwhile() {
        c.reign(1, 2);
        c.pause(3);
        c.pass(500);
        long requests = c.sentBy(3, Kind.VOTE_REQUEST).size();
        c.resume(3);
        c.turn(3);
        assertThat(c.replica(3).role()).isEqualTo(Role.STANDBY);
        c.pass(100);
        assertThat(c.sentBy(3, Kind.VOTE_REQUEST)).hasSize((int) requests);
        assertThat(c.replica(3).primary()).isEqualTo(1);
    }

    /** Line 30: a standby that has just woken elects nobody else either, for the same reason. */
    @Test
    void aStandbyThatStalledElectsNobodyBeforeItHasHeardWhatCameMeanwhile() {
        c.reign(1, 2);
        c.isolate(3);
        c.pass(400);
        c.pause(2);
        c.pass(60);
        c.leap(200);
        c.links.join(2, 3);
        c.resume(2);
        c.turn(2);
        c.turn(3);
        c.deliver(3, 2);
        assertThat(c.lastSent(2, 3, Kind.VOTE_REPLY).voteReply().answer()).isEqualTo((short) PRIMARY_IS_HEARD);
    }

    /** Line 30: all of a machine stood still; that nobody was heard says nothing of the others. */
    @Test
    void aPrimaryThatStalledDoesNotStepDownBeforeItHasHeardWhatCameMeanwhile() {
        c.reign(1, 2);
        long term = c.term(1);
        c.leap(500);
        c.turn(1);
        assertThat(c.replica(1).role()).isEqualTo(Role.PRIMARY);
        c.turn(2);
        c.turn(3);
        c.settle();
        c.pass(200);
        assertThat(c.replica(1).role()).isEqualTo(Role.PRIMARY);
        assertThat(c.term(1)).isEqualTo(term);
    }
}
