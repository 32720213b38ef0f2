package dev.lockstep.engine.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.engine.MemberKind;
import dev.lockstep.engine.Role;
import dev.lockstep.engine.replica.ActRefused;
import dev.lockstep.engine.replica.Member;
import dev.lockstep.engine.sbe.MessageHeaderDecoder;
import dev.lockstep.engine.sbe.VoteRequestEncoder;
import dev.lockstep.engine.simulated.ScriptedLetter.Kind;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import dev.lockstep.storage.snapshot.SnapshotStore;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Safety line 28: an epoch forks visibly, and never merges silently. */
final class SafetyOfEpochsTest {
    private static final int CALLS_OF_A_YIELD = 60;
    private static final int CALLS_OF_GOING_OVER = 30;

    private final ScriptedCluster c = ScriptedCluster.of(3);

    /** An operator lets one node found an epoch without the others. */
    static void promote(ScriptedCluster cluster, int node, List<Integer> lost) {
        cluster.pass(150);
        cluster.act(node, replica -> replica.acts().promote(lost));
        for (int i = 0; i < 30 && cluster.replica(node).role() != Role.PRIMARY; i++) {
            cluster.pass(10);
            cluster.flush(node);
        }
        assertThat(cluster.replica(node).role()).isEqualTo(Role.PRIMARY);
        cluster.settle();
    }

    /** Whoever is left alone commits what is on its device. */
    static long commitAlone(ScriptedCluster cluster, int node) {
        long index = cluster.propose(node);
        cluster.flush(node);
        cluster.settle();
        assertThat(cluster.commitOf(node)).isGreaterThanOrEqualTo(index);
        return index;
    }

    @Test
    void nobodyFoundsAnEpochWhileThereIsAPrimary() {
        c.reign(1, 2, 3);
        assertThatThrownBy(() -> c.replica(3).acts().promote(List.of(1, 2))).isInstanceOf(ActRefused.class);
        assertThatThrownBy(() -> c.replica(1).acts().promote(List.of(2, 3))).isInstanceOf(ActRefused.class);
    }

    /** Nodes 1 and 2 have committed what node 3 never got; node 3 goes on without them, and they come back. */
    @Test
    void whoComesBackYieldsAndReportsWhatItHadBeyondTheFork() {
        c.reign(1, 2, 3);
        c.isolate(3);
        long beyond = c.commit(1);
        c.commit(1);
        FrameRef lost = c.disk(1).holding(beyond);
        c.kill(1);
        c.kill(2);
        promote(c, 3, List.of(1, 2));
        long epoch = c.replica(3).term().epoch();
        long index = commitAlone(c, 3);
        c.start(1);
        c.start(2);
        c.rejoin(3);
        c.pass(400);
        for (int node = 1; node <= 2; node++) {
            assertThat(c.replica(node).term().epoch()).isEqualTo(epoch);
            assertThat(c.heard(node).orphaned).hasSize(1);
            assertThat(c.heard(node).orphaned.get(0).firstIndex()).isEqualTo(beyond);
            assertThat(c.disk(node).orphans()).contains(lost);
            assertThat(c.disk(node).holds(lost)).isFalse();
            assertThat(c.campaign(node, 1, 2, 3)).isFalse(); // it is no member until it is taken in again
        }
        assertThat(c.commitOf(3)).isGreaterThanOrEqualTo(index);
        c.checkOneHistory();
    }

    /** Each half is promoted without the other: neither yields, whichever number is greater, and both say so. */
    @Test
    void twoEpochsOfOneParentNeverMerge() {
        c.reign(1, 2, 3);
        c.isolate(3);
        c.isolate(1);
        promote(c, 3, List.of(1, 2));
        promote(c, 1, List.of(2, 3));
        c.kill(2);
        long ofOne = commitAlone(c, 1);
        long ofThree = commitAlone(c, 3);
        FrameRef lastOfOne = c.disk(1).holding(ofOne);
        FrameRef lastOfThree = c.disk(3).holding(ofThree);
        long epochOfOne = c.replica(1).term().epoch();
        long epochOfThree = c.replica(3).term().epoch();
        assertThat(epochOfOne).isNotEqualTo(epochOfThree);
        c.rejoin(1);
        c.rejoin(3);
        c.start(2); // of the parent yet; it hears of both
        c.pass(1_000);
        assertThat(c.replica(1).term().epoch()).isEqualTo(epochOfOne);
        assertThat(c.replica(3).term().epoch()).isEqualTo(epochOfThree);
        assertThat(c.disk(1).holds(lastOfOne)).isTrue();
        assertThat(c.disk(3).holds(lastOfThree)).isTrue();
        ScriptedLetter ofOneToTwo = c.lastSent(1, 2, Kind.EPOCH_NOTICE);
        ScriptedLetter ofThreeToTwo = c.lastSent(3, 2, Kind.EPOCH_NOTICE);
        c.deliver(ofOneToTwo.to(3));
        c.deliver(ofThreeToTwo.to(1));
        int lesser = epochOfOne < epochOfThree ? 1 : 3;
        assertThat(c.heard(lesser).remarks).anySatisfy(each -> assertThat(each).contains("forked"));
        assertThat(c.replica(1).term().epoch()).isEqualTo(epochOfOne);
        assertThat(c.replica(3).term().epoch()).isEqualTo(epochOfThree);
        assertThat(c.disk(1).holds(lastOfOne)).isTrue();
        assertThat(c.disk(3).holds(lastOfThree)).isTrue();
    }

    /** Each of the two is alone in its epoch, and so says nothing to the other, though their link is up. */
    @Test
    void twoEpochsThatMeetSaySo() {
        c.reign(1, 2, 3);
        c.isolate(3);
        c.isolate(1);
        promote(c, 3, List.of(1, 2));
        promote(c, 1, List.of(2, 3));
        c.links.join(1, 3);
        c.pass(500);
        assertThat(List.of(c.heard(1).remarks, c.heard(3).remarks))
                .anySatisfy(each -> assertThat(each).anyMatch(remark -> remark.contains("forked")));
    }

    /**
     * Node 3 is of the second epoch. Node 2 yields from the first one to the third, gets nothing of it, and founds the
     * fourth: it never heard of the second one, and so does not name it.
     */
    @Test
    void whoseEpochTheFounderNeverHeardOfYieldsByTheOneBetween() {
        ScriptedCluster five = ScriptedCluster.of(5);
        five.reign(1, 2, 3, 4, 5);
        List.of(2, 4, 5).forEach(five::kill);
        five.pass(500);
        promote(five, 1, List.of(2, 4, 5));
        long second = five.replica(1).term().epoch();
        assertThat(five.replica(3).term().epoch()).isEqualTo(second);
        five.isolate(3);
        five.pass(500);
        promote(five, 1, List.of(3));
        long third = five.replica(1).term().epoch();
        five.start(2);
        five.pass(200);
        assertThat(five.replica(2).term().epoch()).isEqualTo(third);
        five.isolate(1);
        promote(five, 2, List.of(1, 3, 4, 5));
        long fourth = five.replica(2).term().epoch();
        five.links.join(2, 3);
        five.pass(200);
        assertThat(five.replica(3).term().epoch()).isEqualTo(second);
        assertThat(five.heard(3).remarks).anySatisfy(each -> assertThat(each).contains("unless"));
        five.rejoin(1);
        five.rejoin(3);
        five.pass(1_000);
        for (int node = 1; node <= 3; node++) {
            assertThat(five.replica(node).term().epoch()).isEqualTo(fourth);
        }
        five.checkOneHistory();
    }

    /** The epoch is looked at before the term: a candidate of the parent asks with a term that is far ahead. */
    @Test
    void nothingIsActedOnThatIsOfAnotherEpoch() {
        c.reign(1, 2, 3);
        c.isolate(3);
        c.askForPreVotes(2);
        c.deliver(2, 1, Kind.VOTE_REQUEST);
        c.deliver(1, 2, Kind.VOTE_REPLY);
        ScriptedLetter request = c.lastSent(2, 1, Kind.VOTE_REQUEST);
        promote(c, 3, List.of(1, 2));
        c.links.join(3, 2);
        long term = c.term(3);
        var bytes = new UnsafeBuffer(request.bytes().byteArray().clone());
        new VoteRequestEncoder()
                .wrap(bytes, MessageHeaderDecoder.ENCODED_LENGTH)
                .askedTerm(term + 1_000);
        int replies = c.sentBy(3, Kind.VOTE_REPLY).size();
        c.deliver(request.saying(bytes).to(3));
        assertThat(c.term(3)).isEqualTo(term);
        assertThat(c.sentBy(3, Kind.VOTE_REPLY)).hasSize(replies);
        assertThat(c.replica(3).role()).isEqualTo(Role.PRIMARY);
    }

    /**
     * Node 3 holds a suffix that nobody else got; nodes 1 and 2 commit others at the same indexes, and are lost; node 3 is
     * promoted. What the others have up to the fork's index is not what the epoch has there.
     */
    private static void forkBesides(ScriptedCluster cluster) {
        cluster.reign(3, 1, 2);
        cluster.isolate(3);
        for (int i = 0; i < 5; i++) {
            cluster.propose(3);
        }
        cluster.elect(1, 2);
        cluster.settle();
        for (int i = 0; i < 8; i++) {
            cluster.commit(1);
        }
        cluster.kill(1);
        cluster.kill(2);
        promote(cluster, 3, List.of(1, 2));
        commitAlone(cluster, 3);
    }

    @Test
    void whoseLogDoesNotLeadToTheForkBelievesNothingOfIt() {
        forkBesides(c);
        long fork = c.replica(3).config().lineage().get(0).last().index();
        FrameRef theirs = c.disk(1).holding(fork);
        assertThat(theirs).isNotEqualTo(c.disk(3).holding(fork));
        c.start(1);
        c.hold(3, 1);
        c.links.join(1, 3);
        c.tick(250);
        c.deliver(1, 3);
        c.deliver(3, 1, Kind.EPOCH_NOTICE);
        assertThat(c.replica(1).term().epoch()).isEqualTo(c.replica(3).term().epoch());
        c.checkOneHistory(); // nothing of its log counts as committed any more
        c.release(3, 1);
        takeInAgain(c);
        assertThat(c.disk(1).orphans()).contains(theirs);
    }

    /** Node 3 has node 1 follow again; what that one has comes to be what the epoch has. */
    private static void takeInAgain(ScriptedCluster cluster) {
        Member member = new Member(1, cluster.replica(1).identity(), MemberKind.OBSERVER, "node1");
        cluster.act(3, replica -> replica.acts().add(member));
        cluster.flush(3);
        cluster.pass(300);
        cluster.flush(1);
        assertThat(cluster.replica(1).term().epoch())
                .isEqualTo(cluster.replica(3).term().epoch());
        assertThat(cluster.last(1)).isEqualTo(cluster.last(3));
        assertThat(cluster.commitOf(1)).isEqualTo(cluster.commitOf(3));
        cluster.checkOneHistory();
    }

    /** The process dies, or the machine goes down, at any call while the node yields. */
    @Test
    void whoDiesWhileItYieldsHasYieldedWhenItComesBack() {
        for (int calls = 1; calls < CALLS_OF_A_YIELD; calls++) {
            yieldAndDie(calls, false);
            yieldAndDie(calls, true);
        }
    }

    private static void yieldAndDie(int calls, boolean isPowerCut) {
        ScriptedCluster cluster = ScriptedCluster.of(3);
        forkBesides(cluster);
        cluster.start(1);
        dieWhileYielding(cluster, calls, isPowerCut);
    }

    private static void dieWhileYielding(ScriptedCluster cluster, int calls, boolean isPowerCut) {
        cluster.node(1).started.life().crashAfter(calls);
        cluster.links.join(1, 3);
        cluster.pass(400);
        boolean hasDied = !cluster.node(1).isRunning();
        cluster.disk(1).device().logFull(false);
        if (isPowerCut) {
            cluster.powerCut(1);
        }
        if (!cluster.node(1).isRunning()) {
            cluster.start(1);
        } else if (!hasDied) {
            cluster.node(1).started.life().crashAfter(-1);
        }
        cluster.pass(400);
        cluster.flush(1);
        cluster.checkOneHistory();
        takeInAgain(cluster);
    }

    /**
     * Node 1's log begins behind a snapshot, and goes on beyond the place where node 3 founds an epoch.
     *
     * @param later how many snapshots node 1 has taken beyond the fork: as many as are kept leave none from before it
     * @param isCompactedBeyond whether its log begins behind the last of those
     */
    private static void forkBehindASnapshot(ScriptedCluster cluster, int later, boolean isCompactedBeyond) {
        cluster.reign(1, 2, 3);
        cluster.commit(1);
        cluster.flushAll();
        cluster.compact(1, cluster.snapshot(1));
        cluster.commit(1);
        cluster.isolate(3);
        for (int i = 0; i < later; i++) {
            cluster.commit(1);
            FrameRef snapshot = cluster.snapshot(1);
            cluster.flush(1);
            if (isCompactedBeyond) {
                cluster.compact(1, snapshot);
            }
        }
        cluster.commit(1);
        cluster.kill(1);
        cluster.kill(2);
        promote(cluster, 3, List.of(1, 2));
        commitAlone(cluster, 3);
        cluster.start(1);
    }

    private static void checkThatItIsYieldedTo(ScriptedCluster cluster, FrameRef base) {
        FrameRef beyond = cluster.last(1);
        cluster.links.join(1, 3);
        cluster.pass(100);
        assertThat(cluster.disk(1).base()).isEqualTo(base);
        assertThat(cluster.disk(1).snapshots())
                .extracting(SnapshotManifest::last)
                .isEqualTo(base.equals(FrameRef.ORIGIN) ? List.of() : List.of(base));
        assertThat(cluster.disk(1).orphans()).contains(beyond);
        takeInAgain(cluster);
    }

    @Test
    void whoseSnapshotIsFromBeforeTheForkKeepsItAndWhatIsBehindIt() {
        forkBehindASnapshot(c, 0, false);
        FrameRef base = c.disk(1).base();
        assertThat(base).isNotEqualTo(FrameRef.ORIGIN);
        checkThatItIsYieldedTo(c, base);
    }

    /** The state that its log goes on from is of the branch that was left. */
    @Test
    void whoseSnapshotsAreAllFromBeyondTheForkBeginsAnew() {
        forkBehindASnapshot(c, SnapshotStore.KEPT, false);
        assertThat(c.disk(1).base().index())
                .isBetween(1L, c.replica(3).config().lineage().get(0).last().index());
        checkThatItIsYieldedTo(c, FrameRef.ORIGIN);
        checkThatAllIsReported();
    }

    @Test
    void whoseLogBeginsBeyondTheForkBeginsAnew() {
        forkBehindASnapshot(c, SnapshotStore.KEPT, true);
        assertThat(c.disk(1).base().index())
                .isGreaterThan(c.replica(3).config().lineage().get(0).last().index());
        checkThatItIsYieldedTo(c, FrameRef.ORIGIN);
        checkThatAllIsReported();
    }

    /** What node 1 set aside, its operator hears of. */
    private void checkThatAllIsReported() {
        List<FrameRef> orphans = c.disk(1).orphans();
        assertThat(c.heard(1).orphaned).isNotEmpty();
        assertThat(c.heard(1).orphaned.get(0).firstIndex())
                .isLessThanOrEqualTo(orphans.get(0).index());
        assertThat(c.heard(1).orphaned.get(0).lastIndex())
                .isEqualTo(orphans.get(orphans.size() - 1).index());
    }

    /** As above, where the process dies, or the machine goes down, at any call; there is no room for the cut at first. */
    @ParameterizedTest
    @CsvSource({"0, false", "2, false", "2, true"})
    void whoDiesWhileItYieldsBehindASnapshotHasYieldedWhenItComesBack(int later, boolean isCompactedBeyond) {
        for (int calls = 1; calls < CALLS_OF_A_YIELD; calls++) {
            ScriptedCluster cluster = ScriptedCluster.of(3);
            forkBehindASnapshot(cluster, later, isCompactedBeyond);
            cluster.disk(1).device().logFull(calls % 3 == 0);
            dieWhileYielding(cluster, calls, calls % 2 == 0);
        }
    }

    /** What the survivors have promised, they hold to: the primary that was believed lost lives, and commits nothing. */
    @Test
    void whoHasPromisedItselfToAnEpochAcknowledgesNothingToThePrimaryBefore() {
        ScriptedCluster five = ScriptedCluster.of(5);
        five.reign(1, 2, 3, 4, 5);
        five.isolate(1);
        five.isolate(2);
        five.links.join(1, 2);
        promote(five, 3, List.of(1, 2));
        five.rejoin(1);
        five.pass(300);
        assertThat(five.replica(1).term().epoch())
                .isEqualTo(five.replica(3).term().epoch());
        assertThat(five.replica(3).role()).isEqualTo(Role.PRIMARY);
        five.commit(3);
        five.checkOneHistory();
    }

    /** The best log of those who are left goes on, wherever the operator stands. */
    @Test
    void nothingIsLostThatOneOfThoseWhoAreLeftHas() {
        ScriptedCluster five = ScriptedCluster.of(5);
        five.reign(1, 2, 3, 4, 5);
        five.isolate(5);
        five.isolate(4);
        long index = five.commit(1);
        FrameRef committed = five.disk(1).holding(index);
        five.kill(1);
        five.kill(2);
        five.rejoin(4);
        five.rejoin(5);
        five.pass(150);
        five.act(5, replica -> replica.acts().promote(List.of(1, 2)));
        for (int i = 0; i < 30; i++) {
            five.pass(20);
            five.flushAll();
        }
        for (int node = 3; node <= 5; node++) {
            assertThat(five.disk(node).holds(committed)).isTrue();
            assertThat(five.replica(node).term().epoch())
                    .isEqualTo(five.replica(3).term().epoch());
            assertThat(five.replica(node).config().lineage()).hasSize(1);
        }
    }

    /** The process dies at any call while it goes over, and then the machine loses power: it elects the founder all the same. */
    @Test
    void whoDiesWhileItGoesOverToAnEpochElectsItsFounderAllTheSame() {
        for (int calls = 0; calls < CALLS_OF_GOING_OVER; calls++) {
            ScriptedCluster cluster = ScriptedCluster.of(3);
            cluster.reign(1, 2, 3);
            cluster.flushAll();
            cluster.settle();
            cluster.kill(3);
            cluster.kill(2);
            cluster.tick(150);
            cluster.start(2);
            cluster.hold(1, 2);
            cluster.act(1, replica -> replica.acts().promote(List.of(3)));
            dieWhileGoingOver(cluster, calls);
            cluster.powerCut(2);
            cluster.release(1, 2);
            cluster.start(2);
            cluster.restart(1);
            for (int i = 0; i < 60; i++) {
                cluster.pass(50);
                cluster.flushAll();
            }
            assertThat(cluster.replica(1).role()).as("after %d calls", calls).isEqualTo(Role.PRIMARY);
            cluster.commit(1);
        }
    }

    private static void dieWhileGoingOver(ScriptedCluster cluster, int calls) {
        boolean isArmed = false;
        for (int i = 0;
                i < 20 && cluster.node(2).isRunning() && cluster.ballot(2).epoch() == 1;
                i++) {
            cluster.tick(10);
            cluster.flush(1);
            for (ScriptedLetter each : cluster.links.takeAll(1, 2)) {
                if (each.is(Kind.EPOCH_NOTICE) && !isArmed) {
                    isArmed = true;
                    cluster.node(2).started.life().crashAfter(calls);
                }
                if (cluster.node(2).isRunning() && !each.is(Kind.APPEND)) {
                    cluster.deliver(each);
                }
            }
            cluster.deliver(2, 1);
        }
        assertThat(isArmed).isTrue();
        if (cluster.node(2).isRunning()) {
            cluster.node(2).started.life().crashAfter(-1);
        }
    }

    /** What it is told of the epoch again and again it does as soon as there is room to note it, and nothing before. */
    @Test
    void whoHasNoRoomToNoteAnEpochGoesOverOnceItHas() {
        c.reign(1, 2, 3);
        c.flushAll();
        c.kill(3);
        c.kill(2);
        c.tick(150);
        c.start(2);
        c.act(1, replica -> replica.acts().promote(List.of(3)));
        c.pass(40);
        c.disk(2).device().full(true);
        c.flush(1);
        c.pass(100);
        assertThat(c.replica(1).term().epoch()).isGreaterThan(1);
        assertThat(c.replica(2).term().epoch()).isEqualTo(1);
        c.disk(2).device().full(false);
        c.pass(400);
        assertThat(c.replica(2).term().epoch()).isEqualTo(c.replica(1).term().epoch());
        c.flushAll();
        c.commit(1);
        c.checkOneHistory();
    }
}
