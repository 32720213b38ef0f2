package dev.lockstep.engine.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.engine.MemberKind;
import dev.lockstep.engine.Mode;
import dev.lockstep.engine.Role;
import dev.lockstep.engine.replica.ActRefused;
import dev.lockstep.engine.replica.Config;
import dev.lockstep.engine.replica.Member;
import dev.lockstep.engine.simulated.ScriptedLetter.Kind;
import dev.lockstep.storage.FrameRef;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Safety lines 6, 15, 17 and 31: who counts, in which configuration, and how that changes. */
final class SafetyOfMembersTest {
    private static final int NO_CANDIDATE = 2;
    private static final int OTHER_CONFIG = 7;
    private static final int CALLS_OF_A_CONFIG = 30;

    private static Member observer(ScriptedCluster c, int node) {
        return new Member(node, c.replica(node).identity(), MemberKind.OBSERVER, "node" + node);
    }

    /** Line 6. */
    @Test
    void noVoterChangesBeforeTheFirstFrameOfTheReignIsCommitted() {
        ScriptedCluster c = ScriptedCluster.of(3, 1);
        c.reign(2, 1, 3);
        c.elect(1, 2);
        c.hold(2, 1);
        c.hold(3, 1);
        c.hold(4, 1);
        assertThatThrownBy(() -> c.replica(1).acts().remove(3, false)).isInstanceOf(ActRefused.class);
        assertThatThrownBy(() -> c.replica(1).acts().setMode(Mode.ASYNC)).isInstanceOf(ActRefused.class);
        c.release(2, 1);
        c.release(3, 1);
        c.release(4, 1);
        c.settle();
        c.act(1, replica -> replica.acts().makeVoter(4));
        assertThat(c.replica(1).config().voters()).hasSize(4);
    }

    @Test
    void whoIsNotBornYetRefusesWhatAnOperatorWants() {
        ScriptedCluster c = ScriptedCluster.unborn(3);
        c.start(1);
        assertThatThrownBy(() -> c.replica(1).acts().setMode(Mode.ASYNC)).isInstanceOf(ActRefused.class);
        assertThatThrownBy(() -> c.replica(1).acts().add(observer(c, 1))).isInstanceOf(ActRefused.class);
        assertThatThrownBy(() -> c.replica(1).acts().skip(1, "why")).isInstanceOf(ActRefused.class);
    }

    /** Line 31. */
    @Test
    void whileOneConfigurationIsNotCommittedNoOtherOneIsProposed() {
        ScriptedCluster c = ScriptedCluster.of(3, 2);
        c.reign(1, 2);
        c.hold(1, 2);
        c.hold(1, 3);
        c.act(1, replica -> replica.acts().makeVoter(4));
        FrameRef last = c.last(1);
        assertThatThrownBy(() -> c.replica(1).acts().makeVoter(5)).isInstanceOf(ActRefused.class);
        assertThatThrownBy(() -> c.replica(1).acts().remove(3, true)).isInstanceOf(ActRefused.class);
        assertThat(c.last(1)).isEqualTo(last);
        c.release(1, 2);
        c.settle();
        c.act(1, replica -> replica.acts().makeVoter(5));
        assertThat(c.replica(1).config().voters()).hasSize(5);
    }

    /** Line 31: in force when it is appended, and not any more when it is cut. */
    @Test
    void aConfigurationThatIsCutIsUndone() {
        ScriptedCluster c = ScriptedCluster.of(3, 1);
        c.reign(1, 2, 3);
        Config before = c.replica(1).config();
        long noted = c.ballot(1).configIndex();
        c.hold(1, 2);
        c.hold(1, 3);
        c.hold(1, 4);
        c.act(1, replica -> replica.acts().remove(3, false));
        assertThat(c.replica(1).config().voters()).hasSize(2);
        c.pause(1);
        c.elect(2, 3);
        c.settle();
        c.commit(2);
        c.resume(1);
        for (int other = 2; other <= 4; other++) {
            c.lose(1, other);
            c.release(1, other);
        }
        c.settle();
        assertThat(c.last(1)).isEqualTo(c.last(2));
        assertThat(c.replica(1).config()).isEqualTo(before);
        assertThat(c.ballot(1).configIndex()).isEqualTo(noted);
        c.elect(1, 3); // whose vote counts again
    }

    /** Line 31: a configuration counts for the frames from its own on, and its own votes for it. */
    @Test
    void aVoterThatIsAddedCountsForItsOwnConfiguration() {
        ScriptedCluster c = ScriptedCluster.of(2, 1);
        c.reign(1, 2);
        c.hold(1, 2);
        c.act(1, replica -> replica.acts().makeVoter(3));
        long index = c.last(1).index();
        c.settle();
        assertThat(c.commitOf(1)).isEqualTo(index);
    }

    /** Line 17: nodes 1 and 3 lose their disks; node 2 alone has what was committed. */
    @Test
    void aNodeWithAnotherDiskCountsForNothing() {
        ScriptedCluster c = ScriptedCluster.of(3);
        c.reign(2, 1, 3);
        long committed = c.commit(2);
        c.wipe(1);
        c.wipe(3);
        c.start(1);
        c.start(3);
        long index = c.propose(2);
        c.pass(50);
        assertThat(c.commitOf(2)).isEqualTo(committed);
        assertThat(index).isGreaterThan(committed);
        c.pass(500);
        assertThat(c.replica(2).role()).isNotEqualTo(Role.PRIMARY);
        assertThat(c.campaign(2, 1, 3)).isFalse();
        assertThat(c.replica(1).role()).isEqualTo(Role.UNBORN);
        assertThat(c.replica(3).role()).isEqualTo(Role.UNBORN);
    }

    /** Line 17: it is a member by now, with its new identity, and does not vote. */
    @Test
    void anObserversAcknowledgementsAndVotesDoNotCount() {
        ScriptedCluster c = ScriptedCluster.of(3, 2);
        c.reign(1, 2);
        c.kill(2);
        c.kill(3);
        long index = c.propose(1);
        c.pass(50);
        assertThat(c.last(4)).isEqualTo(c.last(1));
        assertThat(c.last(5)).isEqualTo(c.last(1));
        assertThat(c.commitOf(1)).isLessThan(index);
        c.pass(200);
        assertThat(c.replica(1).role()).isNotEqualTo(Role.PRIMARY);
        assertThat(c.campaign(1, 4, 5)).isFalse();
    }

    /** Lines 12 and 17: a vote that the one before with the same number has sent comes when another is there. */
    @Test
    void whatAnIdentityBeforeHasSaidCountsForNothing() {
        ScriptedCluster c = ScriptedCluster.of(3);
        c.reign(2, 1, 3);
        c.isolate(2);
        c.askForPreVotes(1);
        c.deliver(1, 3, Kind.VOTE_REQUEST);
        c.deliver(3, 1, Kind.VOTE_REPLY);
        c.deliver(1, 3, Kind.VOTE_REQUEST);
        ScriptedLetter vote = c.take(3, 1, Kind.VOTE_REPLY);
        assertThat(vote.isPreVote()).isFalse();
        c.wipe(3);
        c.start(3);
        c.deliver(vote);
        assertThat(c.replica(1).role()).isEqualTo(Role.CANDIDATE);
    }

    /** Line 17: another identity is there, and says what the member would have said. */
    @Test
    void whatAnotherIdentitySaysInTheMembersPlaceCountsForNothing() {
        ScriptedCluster c = ScriptedCluster.of(3);
        c.reign(1, 2, 3);
        c.isolate(2);
        c.hold(3, 1);
        long index = c.propose(1);
        c.deliver(1, 3);
        ScriptedLetter acknowledged = c.take(3, 1, Kind.APPEND_REPLY);
        c.wipe(3);
        c.start(3);
        c.deliver(byWhoIsThere(c, acknowledged));
        assertThat(c.commitOf(1)).isLessThan(index);
    }

    private static ScriptedLetter byWhoIsThere(ScriptedCluster c, ScriptedLetter letter) {
        return letter.inTheNameOf(
                letter.from(),
                c.replica(letter.from()).identity(),
                c.ballot(letter.from()).startCounter());
    }

    /** Line 17. */
    @Test
    void norDoesItsVote() {
        ScriptedCluster c = ScriptedCluster.of(3);
        c.reign(2, 1, 3);
        c.isolate(2);
        c.askForPreVotes(1);
        c.deliver(1, 3, Kind.VOTE_REQUEST);
        c.deliver(3, 1, Kind.VOTE_REPLY);
        c.deliver(1, 3, Kind.VOTE_REQUEST);
        ScriptedLetter vote = c.take(3, 1, Kind.VOTE_REPLY);
        c.wipe(3);
        c.start(3);
        c.deliver(byWhoIsThere(c, vote));
        assertThat(c.replica(1).role()).isEqualTo(Role.CANDIDATE);
    }

    /** Line 17: an observer that holds all asks to be elected. */
    @Test
    void whoIsNoVoterIsElectedByNobodyWhoKnowsAsMuch() {
        ScriptedCluster c = ScriptedCluster.of(3, 1);
        c.reign(1, 2, 3);
        c.settle();
        assertThat(c.last(4)).isEqualTo(c.last(2));
        c.askForPreVotes(3);
        ScriptedLetter request = c.take(3, 2, Kind.VOTE_REQUEST);
        c.deliver(request.inTheNameOf(4, c.replica(4).identity(), c.ballot(4).startCounter()));
        assertThat(c.take(2, 4, Kind.VOTE_REPLY).voteReply().answer()).isEqualTo((short) NO_CANDIDATE);
    }

    /** Line 17: somebody whom nobody's configuration names asks to be elected. */
    @Test
    void whoWasRemovedIsElectedByNobody() {
        ScriptedCluster c = ScriptedCluster.of(3);
        c.reign(1, 2, 3);
        c.isolate(3);
        c.act(1, replica -> replica.acts().remove(3, false));
        c.settle();
        assertThat(c.replica(2).config().at(3)).isNull();
        c.kill(1);
        c.rejoin(3);
        assertThat(c.campaign(3, 2)).isFalse();
    }

    /** Line 17, and beyond it: a voter that missed the CONFIGs that add others must be able to elect one of those. */
    @Test
    void whoMissedAConfigurationElectsTheOneThatItNamesIfItsLogIsNewer() {
        ScriptedCluster c = ScriptedCluster.of(3, 2);
        c.reign(1, 2, 3);
        c.isolate(3);
        c.act(1, replica -> replica.acts().makeVoter(4));
        c.settle();
        c.isolate(2);
        c.act(1, replica -> replica.acts().makeVoter(5));
        c.settle();
        assertThat(c.commitOf(1)).isEqualTo(c.last(1).index());
        c.kill(1);
        c.kill(2);
        c.rejoin(3);
        assertThat(c.replica(3).config().at(4).isVoter()).isFalse();
        c.elect(4, 3, 5);
        c.settle();
        assertThat(c.last(3)).isEqualTo(c.last(4));
        assertThat(c.commitOf(4)).isEqualTo(c.last(4).index());
    }

    /**
     * Line 15, and beyond it: {1,2,3} becomes {1,2,3,4} at node 1 only; nodes 2 and 3 commit a frame without that, and lose
     * it. The majority and the whole nodes that node 1 counts are not those among whom the frame was committed.
     */
    @Test
    void aRecoveringVoterElectsOnlyWhoHasTheVeryConfigurationThatItNoted() {
        ScriptedCluster c = ScriptedCluster.of(3, 1);
        c.reign(1, 2, 3);
        c.flushAll();
        c.settle();
        c.hold(1, 2);
        c.hold(1, 3);
        c.act(1, replica -> replica.acts().makeVoter(4));
        c.deliverAll();
        assertThat(c.last(4)).isEqualTo(c.last(1));
        c.isolate(1);
        c.isolate(4);
        c.elect(2, 3);
        c.settle();
        long committed = c.commit(2);
        FrameRef frame = c.disk(2).holding(committed);
        c.powerCut(2);
        c.powerCut(3);
        assertThat(c.disk(2).holds(frame)).isFalse();
        assertThat(c.disk(3).holds(frame)).isFalse();
        for (int other = 2; other <= 4; other++) {
            c.lose(1, other);
            c.release(1, other);
            c.links.join(1, other);
        }
        c.start(2);
        c.start(3);
        c.links.join(4, 2);
        c.links.join(4, 3);
        assertThat(c.replica(2).isRecovering()).isTrue();
        assertThat(c.replica(3).isRecovering()).isTrue();
        assertThat(c.campaign(1, 2, 3, 4)).isFalse();
        assertThat(c.lastSent(2, 1, Kind.VOTE_REPLY).voteReply().answer()).isEqualTo((short) OTHER_CONFIG);
    }

    /** Beyond line 15: on its way back a recovering node passes older CONFIGs than the one that it has acknowledged. */
    @Test
    void whatARecoveringNodeHasNotedOnlyRises() {
        ScriptedCluster c = ScriptedCluster.of(3);
        c.reign(1, 2, 3);
        for (Mode mode : List.of(Mode.ASYNC, Mode.SYNC, Mode.ASYNC, Mode.SYNC)) {
            c.act(1, replica -> replica.acts().setMode(mode));
            c.settle();
        }
        long noted = c.ballot(3).configIndex();
        assertThat(noted).isEqualTo(c.last(1).index());
        c.powerCut(3);
        c.hold(1, 3);
        c.start(3);
        c.settle();
        assertThat(c.replica(3).isRecovering()).isTrue();
        assertThat(c.last(3).index()).isLessThan(noted);
        while (c.replica(3).isRecovering()) {
            assertThat(c.ballot(3).configIndex()).isEqualTo(noted);
            c.tick(10);
            c.deliver(3, 1);
            for (ScriptedLetter each : c.links.takeAll(1, 3)) {
                c.deliver(each);
                assertThat(c.ballot(3).configIndex()).isEqualTo(noted);
            }
            boolean hasAll = c.last(3).equals(c.last(1));
            if (hasAll) {
                c.flush(3);
            }
        }
        assertThat(c.ballot(3).configIndex()).isEqualTo(noted);
    }

    /** Lines 17 and 31: a node with another disk is taken in again by two configurations. */
    @Test
    void aNodeWithAnotherDiskCountsAgainOnceItWasTakenInAgain() {
        ScriptedCluster c = ScriptedCluster.of(3);
        c.reign(1, 2, 3);
        c.wipe(3);
        c.start(3);
        c.settle();
        c.act(1, replica -> replica.acts().remove(3, false));
        c.settle();
        assertThatThrownBy(() ->
                        c.replica(1).acts().add(new Member(3, c.replica(3).identity(), MemberKind.VOTER, "node3")))
                .isInstanceOf(ActRefused.class);
        c.act(1, replica -> replica.acts().add(observer(c, 3)));
        assertThatThrownBy(() -> c.replica(1).acts().makeVoter(3)).isInstanceOf(ActRefused.class);
        for (int i = 0; i < 20; i++) {
            c.settle();
            c.flushAll();
        }
        c.act(1, replica -> replica.acts().makeVoter(3));
        c.settle();
        c.kill(2);
        c.commit(1);
    }

    /** Line 15: a standby, or the primary, dies at any call while it takes a CONFIG. */
    @Test
    void aConfigurationIsNotedBeforeItIsAppended() {
        for (int taker = 1; taker <= 3; taker += 2) {
            int deathsBetween = 0;
            for (int calls = 0; calls < CALLS_OF_A_CONFIG; calls++) {
                ScriptedCluster c = ScriptedCluster.of(3, 1);
                c.reign(1, 2, 3);
                long index = c.last(1).index() + 1;
                c.node(taker).started.life().crashAfter(calls);
                c.act(1, replica -> replica.acts().makeVoter(4));
                c.deliver(1, 3);
                boolean isNoted = c.ballot(taker).configIndex() == index;
                boolean isAppended = c.last(taker).index() == index;
                assertThat(isNoted || !isAppended).isTrue();
                for (ScriptedLetter each : c.sentBy(1, Kind.APPEND)) {
                    boolean isConfig = each.append().previous().index() + 1 == index && each.hasFrame();
                    assertThat(!isConfig || each.ballot().configIndex() == index)
                            .isTrue();
                }
                deathsBetween += isNoted && !isAppended ? 1 : 0;
                c.restart(taker);
                c.pass(100);
                assertThat(c.ballot(taker).configIndex())
                        .isEqualTo(c.replica(taker).config().voters().size() == 4 ? index : 1);
            }
            assertThat(deathsBetween).as("deaths between the two").isPositive();
        }
    }
}
