package dev.lockstep.engine.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.Role;
import dev.lockstep.engine.simulated.ScriptedLetter.Kind;
import dev.lockstep.storage.FrameRef;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Safety line 28, from the operator's word until the epoch is born: what was not born leaves nothing behind. */
final class SafetyOfFoundingTest {
    private static final long PARENT = 1;
    private static final int CALLS_OF_AN_END = 40;

    private final ScriptedCluster c = ScriptedCluster.of(3);

    /** @return the frame that founds an epoch, in node 3's log and not on its device */
    private static FrameRef unbornEpochOf3(ScriptedCluster cluster) {
        cluster.reign(1, 2, 3);
        cluster.isolate(2);
        cluster.commit(1); // node 2 does not have it
        cluster.flushAll();
        cluster.isolate(3);
        cluster.tick(150);
        long before = cluster.last(3).index();
        cluster.act(3, replica -> replica.acts().promote(List.of(1, 2)));
        cluster.tick(10);
        assertThat(cluster.last(3).index()).isEqualTo(before + 1);
        assertThat(cluster.replica(3).term().epoch()).isEqualTo(PARENT);
        return cluster.last(3);
    }

    /** Nodes 1 and 2 go on in the parent, in a term that is newer than the one that node 3 has promised itself. */
    private static void nodes1And2GoOn(ScriptedCluster cluster) {
        cluster.kill(2);
        for (int i = 0; i < 2; i++) {
            cluster.tick(150);
            cluster.act(1, replica -> replica.acts().promote(List.of(3)));
            cluster.restart(1);
        }
        cluster.start(2);
        cluster.rejoin(2);
        cluster.isolate(3);
        cluster.elect(1, 2);
        cluster.settle();
        assertThat(cluster.term(1)).isGreaterThan(cluster.term(3));
    }

    private static void flushWithoutATurn(ScriptedCluster cluster, int node) {
        SimulatedJournal journal = cluster.node(node).started.journal();
        journal.flush(journal.beginFlush());
    }

    @Test
    void anEpochIsNotBornInATermThatIsOver() {
        FrameRef founding = unbornEpochOf3(c);
        nodes1And2GoOn(c);
        c.hold(1, 3);
        c.rejoin(3);
        c.pass(50);
        assertThat(c.disk(3).holds(founding)).isTrue();
        c.deliver(1, 3, Kind.HEARTBEAT);
        assertThat(c.disk(3).holds(founding)).isFalse();
        assertThat(c.disk(3).orphans()).contains(founding);
        assertThat(c.heard(3).failures).containsExactly("no promotion: another node asked for more");
        assertThat(c.replica(3).config().epoch()).isEqualTo(PARENT);
        c.flush(3);
        c.release(1, 3);
        long index = c.commit(1);
        c.pass(100);
        assertThat(c.commitOf(3)).isGreaterThanOrEqualTo(index);
        assertThat(c.replica(3).term().epoch()).isEqualTo(PARENT);
    }

    @Test
    void whoDiesWhileItGivesAnEpochUpDoesNotFoundItWhenItComesBack() {
        int heldOnes = 0;
        for (int calls = 1; calls < CALLS_OF_AN_END; calls++) {
            ScriptedCluster cluster = ScriptedCluster.of(3);
            FrameRef founding = unbornEpochOf3(cluster);
            nodes1And2GoOn(cluster);
            cluster.hold(1, 3);
            cluster.rejoin(3);
            cluster.pass(20);
            flushWithoutATurn(cluster, 3);
            cluster.node(3).started.life().crashAfter(calls);
            cluster.deliver(1, 3, Kind.HEARTBEAT);
            assertThat(cluster.ballot(3).term()).isEqualTo(cluster.term(1));
            heldOnes += cluster.disk(3).holds(founding) ? 1 : 0;
            cluster.restart(3);
            cluster.release(1, 3);
            cluster.pass(100);
            assertThat(cluster.disk(3).holds(founding)).isFalse();
            assertThat(cluster.replica(3).term()).isEqualTo(cluster.replica(1).term());
            cluster.commit(1);
            assertThat(cluster.last(3)).isEqualTo(cluster.last(1));
        }
        assertThat(heldOnes).as("deaths before the cut").isBetween(1, CALLS_OF_AN_END - 2);
    }

    /** It stands in the log and in force meanwhile, and must not be forgotten there. */
    @Test
    void anEpochForWhoseBallotThereIsNoRoomIsBornLater() {
        FrameRef founding = unbornEpochOf3(c);
        c.disk(3).device().full(true);
        c.flush(3);
        c.tick(10);
        assertThat(c.replica(3).term().epoch()).isEqualTo(PARENT);
        c.disk(3).device().full(false);
        c.tick(10);
        assertThat(c.replica(3).term().epoch()).isGreaterThan(PARENT);
        assertThat(c.commitOf(3)).isGreaterThanOrEqualTo(founding.index());
    }

    /** Only its ballot makes an epoch: nobody was told of this one, and whoever asked for it is told that it is not. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anEpochIsNotBornIfItsFounderDiesBefore(boolean isFullWhenItComesBack) {
        FrameRef founding = unbornEpochOf3(c);
        flushWithoutATurn(c, 3);
        c.kill(3);
        c.disk(3).device().nextSegmentFull(isFullWhenItComesBack);
        c.start(3);
        c.tick(10);
        assertThat(c.heard(3).failures).singleElement().asString().contains("went down");
        assertThat(c.heard(3).remarks).anyMatch(each -> each.contains("given up"));
        assertThat(c.disk(3).holds(founding)).isEqualTo(isFullWhenItComesBack);
        c.disk(3).device().nextSegmentFull(false);
        c.tick(10);
        assertThat(c.disk(3).holds(founding)).isFalse();
        assertThat(c.disk(3).orphans()).contains(founding);
        assertThat(c.replica(3).term().epoch()).isEqualTo(PARENT);
        assertThat(c.heard(3).failures).hasSize(1);
    }

    /** The operator has found since that they are there after all. */
    @Test
    void aPromotionThatWasInterruptedDoesNotUndoWhatTheOthersHaveCommittedSince() {
        unbornEpochOf3(c);
        flushWithoutATurn(c, 3);
        c.kill(3);
        c.rejoin(2);
        c.elect(1, 2);
        c.settle();
        FrameRef committed = c.disk(1).holding(c.commit(1));
        c.pass(10_000);
        c.start(3);
        c.rejoin(3);
        for (int i = 0; i < 50; i++) {
            c.pass(20);
            c.flushAll();
        }
        for (int node = 1; node <= 3; node++) {
            assertThat(c.replica(node).term().epoch()).isEqualTo(PARENT);
            assertThat(c.disk(node).holds(committed)).isTrue();
        }
    }

    /** Its log looks newer than any other, and is not. */
    @Test
    void whoseEpochIsNotBornIsNotElectedAndComparesLogsAndItsOwnIsNotChosen() {
        FrameRef founding = unbornEpochOf3(c);
        c.kill(1);
        c.rejoin(3);
        assertThat(c.campaign(3, 2)).isFalse();
        assertThat(c.campaign(2, 3)).isFalse(); // it lacks what is committed
        c.tick(150);
        c.act(2, replica -> replica.acts().promote(List.of(1)));
        c.settle();
        assertThat(c.sentBy(3, Kind.PROMISE_REPLY)).isEmpty();
        assertThat(c.last(3)).isEqualTo(founding);
    }

    /** Another one founds an epoch meanwhile, on a frame that both have: the frame that founds none gives way. */
    @Test
    void whoseEpochIsNotBornYieldsToOneThatIs() {
        FrameRef founding = unbornEpochOf3(c);
        c.kill(2);
        c.tick(150);
        c.act(1, replica -> replica.acts().promote(List.of(2, 3)));
        c.tick(10);
        c.flush(1);
        c.pass(50);
        assertThat(c.replica(1).role()).isEqualTo(Role.PRIMARY);
        c.disk(3).device().logFull(true);
        c.rejoin(3);
        c.pass(100);
        assertThat(c.replica(3).term().epoch()).isEqualTo(PARENT);
        c.disk(3).device().logFull(false);
        c.pass(400);
        assertThat(c.replica(3).term().epoch()).isEqualTo(c.replica(1).term().epoch());
        assertThat(c.disk(3).holds(founding)).isFalse();
        c.restart(3);
        c.pass(100);
        assertThat(c.replica(3).term().epoch()).isEqualTo(c.replica(1).term().epoch());
    }

    /**
     * Node 2 founds an epoch that the others have not heard of; they go on in the parent, in a later term, with a frame at
     * the same index, and then yield without room to cut it. When another epoch is founded, node 2's log is the best.
     */
    @Test
    void theLogThatHasComeFurthestInEpochsIsTheBest() {
        c.reign(1, 2, 3);
        c.flushAll();
        c.kill(1);
        c.tick(150);
        c.start(1);
        c.act(2, replica -> replica.acts().promote(List.of()));
        c.pass(40);
        assertThat(c.term(1)).isEqualTo(c.term(2));
        c.isolate(2);
        c.flush(2);
        c.tick(10);
        FrameRef founding = c.last(2);
        assertThat(c.commitOf(2)).isEqualTo(founding.index());
        c.elect(3, 1);
        c.lose(3, 1);
        FrameRef besides = c.last(3);
        assertThat(besides.index()).isEqualTo(founding.index());
        assertThat(besides.term()).isGreaterThan(founding.term());
        c.kill(1);
        c.disk(3).device().logFull(true);
        c.restart(3);
        c.hold(2, 3);
        c.rejoin(2);
        c.turn(2);
        c.turn(3);
        c.deliver(2, 3, Kind.EPOCH_NOTICE);
        assertThat(c.replica(3).term().epoch()).isEqualTo(c.replica(2).term().epoch());
        assertThat(c.disk(3).holds(besides)).isTrue();
        c.disk(3).device().logFull(false);
        c.tick(150);
        c.lose(2, 3);
        c.act(3, replica -> replica.acts().promote(List.of(1)));
        c.release(2, 3);
        for (int i = 0; i < 20; i++) {
            c.pass(10);
            c.flushAll();
        }
        assertThat(c.disk(2).holds(founding)).isTrue();
        assertThat(c.disk(3).holds(founding)).isTrue();
        assertThat(c.disk(3).holds(besides)).isFalse();
        c.checkOneHistory();
    }

    /**
     * Node 3 knows that index k, of the first primary, is committed; node 4 has another frame there, of a later term that
     * committed nothing. Whoever is left loses nothing that one of them knows to be committed.
     */
    @Test
    void theNewestTermIsNotChosenOverWhatIsKnownToBeCommitted() {
        ScriptedCluster five = ScriptedCluster.of(5);
        five.reign(1, 2, 3, 4, 5);
        five.flushAll();
        five.isolate(1);
        five.links.join(1, 3);
        five.pass(20);
        long index = five.propose(1);
        five.deliver(1, 3); // nobody else has it
        five.isolate(1);
        five.isolate(4);
        five.links.join(4, 2);
        five.links.join(4, 5);
        five.elect(4, 2, 5);
        five.isolate(4); // with a first frame that nobody else has
        FrameRef besides = five.last(4);
        assertThat(besides.index()).isEqualTo(index);
        five.links.join(1, 2);
        five.links.join(1, 5);
        five.links.join(1, 3);
        five.hold(1, 3);
        five.elect(1, 2, 3, 5);
        for (int i = 0; i < 10; i++) {
            five.pass(10);
            for (ScriptedLetter each : five.links.takeAll(1, 3)) {
                if (!each.hasFrame()) {
                    five.deliver(each); // it hears what is committed, and gets nothing more
                }
            }
        }
        five.release(1, 3);
        FrameRef committed = five.disk(1).holding(index);
        assertThat(five.commitOf(3)).isGreaterThanOrEqualTo(index);
        assertThat(five.disk(3).holds(committed)).isTrue();
        five.kill(1);
        five.kill(2);
        five.kill(5);
        assertThat(five.last(3)).isEqualTo(committed);
        five.rejoin(4);
        five.tick(150);
        five.act(4, replica -> replica.acts().promote(List.of(1, 2, 5)));
        for (int i = 0; i < 40; i++) {
            five.pass(10);
            five.flushAll();
        }
        assertThat(five.replica(3).term().epoch()).isGreaterThan(PARENT);
        assertThat(five.replica(4).term().epoch())
                .isEqualTo(five.replica(3).term().epoch());
        assertThat(five.disk(3).holds(committed)).isTrue();
        assertThat(five.disk(4).holds(committed)).isTrue();
        assertThat(five.disk(4).holds(besides)).isFalse();
        five.checkOneHistory();
    }

    /** It yielded, lost power before it got a frame of the epoch, and must elect who has founded it. */
    @Test
    void whoLosesPowerBeforeItHasAnythingOfTheEpochElectsItsFounderAllTheSame() {
        c.reign(1, 2, 3);
        c.flushAll();
        c.settle();
        c.kill(3);
        c.kill(2);
        c.tick(150);
        c.start(2);
        c.hold(1, 2);
        c.act(1, replica -> replica.acts().promote(List.of(3)));
        for (int i = 0; i < 20 && c.replica(2).term().epoch() == PARENT; i++) {
            c.tick(10);
            c.flush(1);
            for (ScriptedLetter each : c.links.takeAll(1, 2)) {
                if (!each.is(Kind.APPEND)) {
                    c.deliver(each);
                }
            }
            c.deliver(2, 1);
        }
        assertThat(c.replica(2).term().epoch()).isEqualTo(c.replica(1).term().epoch());
        assertThat(c.last(2).index()).isLessThan(c.last(1).index());
        c.powerCut(2);
        c.release(1, 2);
        c.start(2);
        assertThat(c.replica(2).isRecovering()).isTrue();
        c.restart(1);
        c.pass(2_000);
        assertThat(c.replica(1).role()).isEqualTo(Role.PRIMARY);
        c.flushAll();
        c.pass(100);
        assertThat(c.replica(2).isRecovering()).isFalse();
        c.commit(1);
    }

    /** The operator hears of an act that came to nothing. */
    @Test
    void whoCannotReadItsLogSaysThatItDoesNotFoundAnEpoch() {
        c.reign(1, 2, 3);
        FrameRef before = c.last(1);
        c.commit(1);
        c.commit(1);
        c.flushAll();
        c.kill(1);
        c.tick(200);
        LogContent content = c.disk(3).files().journal().content();
        int place = content.placeOf(before.index() + 1);
        content.replace(place, content.at(place).withFlippedBit(100));
        c.act(3, replica -> replica.acts().promote(List.of(1)));
        c.pass(50);
        assertThat(c.replica(3).term().epoch()).isEqualTo(PARENT);
        assertThat(c.heard(3).failures).singleElement().asString().contains("damaged at index " + (before.index() + 1));
        assertThat(c.replica(3).isRecovering()).isTrue();
    }
}
