package dev.lockstep.engine.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.MemberKind;
import dev.lockstep.engine.Role;
import dev.lockstep.engine.replica.Member;
import dev.lockstep.engine.sbe.MessageHeaderEncoder;
import dev.lockstep.engine.sbe.StampEncoder;
import dev.lockstep.engine.simulated.ScriptedLetter.Kind;
import org.junit.jupiter.api.Test;

/**
 * Safety line 17, for a disk that was set back to what it was before (PROTOCOL B): whoever is seen to offer less than it had
 * counts for nothing until it is another one. Who it was told of that started since cannot see it.
 */
final class SafetyOfSetBacksTest {
    private final ScriptedCluster c = ScriptedCluster.of(3);

    private void setBack(int node, SimulatedDisk copy) {
        c.kill(node);
        c.disk(node).setBackTo(copy);
        c.start(node);
    }

    /** Node 3 has elected node 2, which is primary, and knows no more of that term. */
    private void node3IsInAnOlderTerm() {
        c.reign(1, 2, 3);
        SimulatedDisk copy = c.disk(3).copy();
        c.reign(2, 3);
        c.kill(3);
        c.hold(2, 3);
        setBack(3, copy);
        c.askForPreVotes(3);
        assertThat(c.term(3)).isLessThan(c.term(2));
        c.deliver(3, 2, Kind.VOTE_REQUEST);
        c.release(2, 3);
    }

    @Test
    void whoComesBackInAnOlderTermIsRefusedByWhomItToldOfTheNewerOne() {
        node3IsInAnOlderTerm();
        assertThat(c.replica(2).isSetBack(3)).isTrue();
        assertThat(c.heard(2).remarks).anyMatch(each -> each.contains("node 3") && each.contains("set back"));
        assertThat(c.sentBy(2, Kind.VOTE_REPLY).stream().filter(each -> each.to() == 3))
                .isEmpty();
    }

    /** Its identity is the member's, and yet nobody counts it. */
    @Test
    void whoIsRefusedNeitherAcknowledgesNorElects() {
        node3IsInAnOlderTerm();
        c.elect(2, 1);
        c.settle();
        long commit = c.commitOf(2);
        c.isolate(1);
        c.propose(2);
        c.settle();
        assertThat(c.replica(3).primary()).isEqualTo(2); // it hears the primary, and so it disturbs nobody
        assertThat(c.commitOf(2)).isEqualTo(commit);
        c.pass(500);
        assertThat(c.replica(2).role()).isNotEqualTo(Role.PRIMARY);
        assertThat(c.campaign(2, 3)).isFalse();
        c.rejoin(1);
        c.elect(2, 1);
        c.commit(2);
    }

    @Test
    void whoComesBackWithLessThanItHasAcknowledgedIsRefusedByItsPrimary() {
        c.reign(1, 2, 3);
        SimulatedDisk copy = c.disk(3).copy();
        c.commit(1);
        c.isolate(2);
        setBack(3, copy);
        long index = c.propose(1);
        c.settle();
        assertThat(c.replica(1).isSetBack(3)).isTrue();
        assertThat(c.commitOf(1)).isLessThan(index);
        c.rejoin(2);
        c.settle();
        assertThat(c.commitOf(1)).isGreaterThanOrEqualTo(index);
    }

    /** What it asks is as good as what it answers. */
    @Test
    void whoIsRefusedIsNotAnswered() {
        c.reign(1, 2, 3);
        SimulatedDisk copy = c.disk(3).copy();
        c.commit(1);
        setBack(3, copy);
        c.settle();
        assertThat(c.replica(1).isSetBack(3)).isTrue();
        long before = c.links.sent().size();
        c.askForPreVotes(3);
        c.deliver(3, 1, Kind.VOTE_REQUEST);
        assertThat(c.sentBy(1, Kind.VOTE_REPLY)).noneMatch(each -> each.number() >= before);
    }

    /** It is started again and again, and stays what it is; with an empty disk, and taken in again, it counts. */
    @Test
    void whoWasRefusedCountsAgainOnceItIsAnotherOne() {
        c.reign(1, 2, 3);
        SimulatedDisk copy = c.disk(3).copy();
        c.commit(1);
        setBack(3, copy);
        c.settle();
        c.restart(3);
        c.settle();
        assertThat(c.replica(1).isSetBack(3)).isTrue();
        c.wipe(3);
        c.start(3);
        assertThat(c.replica(1).isSetBack(3)).isFalse();
        c.act(1, replica -> replica.acts().remove(3, false));
        c.settle();
        Member added = new Member(3, c.ballot(3).identity(), MemberKind.OBSERVER, "node3");
        c.act(1, replica -> replica.acts().add(added));
        c.pass(300);
        c.act(1, replica -> replica.acts().makeVoter(3));
        c.settle();
        c.isolate(2);
        c.commit(1);
    }

    /** Which term it was in, and how much it had, is known to those alone who heard it: that is no promise to anybody else. */
    @Test
    void whoStartedSinceTakesItIn() {
        c.reign(1, 2, 3);
        SimulatedDisk copy = c.disk(3).copy();
        c.commit(1);
        c.restart(1);
        setBack(3, copy);
        c.elect(1, 2);
        c.settle();
        assertThat(c.replica(1).isSetBack(3)).isFalse();
        assertThat(c.last(3)).isEqualTo(c.last(1));
    }

    /** Line 1: it has elected node 1, forgotten that, and elected node 2 in the same term; node 1 has seen that it forgot. */
    @Test
    void aVoteOfWhoIsRefusedDoesNotCountAnyMore() {
        ScriptedCluster five = ScriptedCluster.of(5);
        SimulatedDisk copy = five.disk(3).copy();
        five.askForPreVotes(1);
        for (int each : new int[] {3, 5}) {
            five.deliver(1, each, Kind.VOTE_REQUEST);
            five.deliver(each, 1, Kind.VOTE_REPLY);
        }
        long term = five.term(1);
        five.lose(1, 2);
        five.lose(1, 4);
        ScriptedLetter of5 = five.take(1, 5, Kind.VOTE_REQUEST);
        five.deliver(1, 3, Kind.VOTE_REQUEST);
        assertThat(five.ballot(3).votedFor()).isEqualTo(five.replica(1).identity());
        five.deliver(3, 1, Kind.VOTE_REPLY);
        five.pause(1);
        five.links.cut(1, 2);
        five.links.cut(1, 4);
        five.kill(3);
        five.disk(3).setBackTo(copy);
        five.start(3);
        five.askForPreVotes(3);
        five.deliver(3, 1, Kind.VOTE_REQUEST);
        assertThat(five.replica(1).isSetBack(3)).isTrue();
        five.elect(2, 3, 4);
        assertThat(five.term(2)).isEqualTo(term);
        five.deliver(of5);
        five.deliver(5, 1, Kind.VOTE_REPLY);
        assertThat(five.term(1)).isEqualTo(term);
        assertThat(five.replica(1).role()).isEqualTo(Role.CANDIDATE);
    }

    /** It never asks anything, so that it shows only in what comes late of an election that is over. */
    @Test
    void aRefusedWitnessLetsNobodyGoOnAlone() {
        ScriptedCluster pair = ScriptedCluster.withWitness();
        SimulatedDisk copy = pair.disk(3).copy();
        pair.reign(1, 2);
        pair.isolate(2);
        pair.pass(150);
        pair.propose(1);
        pair.flush(1);
        assertThat(pair.replica(1).isOneCopy()).isTrue();
        assertThat(pair.commitOf(1)).isEqualTo(pair.last(1).index());
        ScriptedLetter spoken = pair.lastSent(3, 1, Kind.HEARTBEAT_REPLY);
        pair.hold(1, 3);
        pair.kill(3);
        pair.disk(3).setBackTo(copy);
        pair.start(3);
        ScriptedLetter late =
                spoken.inTheNameOf(3, pair.ballot(3).identity(), pair.ballot(3).startCounter());
        new StampEncoder()
                .wrap(late.bytes(), MessageHeaderEncoder.ENCODED_LENGTH)
                .term(pair.ballot(3).term());
        pair.deliver(late);
        assertThat(pair.replica(1).isSetBack(3)).isTrue();
        long index = pair.propose(1);
        pair.flush(1);
        assertThat(pair.replica(1).isOneCopy()).isFalse();
        pair.release(1, 3);
        pair.pass(50);
        assertThat(pair.commitOf(1)).isLessThan(index);
        pair.rejoin(2);
        pair.elect(1, 2);
        pair.settle();
        assertThat(pair.commitOf(1)).isGreaterThanOrEqualTo(index);
    }
}
