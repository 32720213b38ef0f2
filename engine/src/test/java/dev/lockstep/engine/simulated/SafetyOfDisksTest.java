package dev.lockstep.engine.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.Role;
import dev.lockstep.engine.sbe.MessageHeaderEncoder;
import dev.lockstep.engine.sbe.SnapshotOfferEncoder;
import dev.lockstep.engine.simulated.ScriptedLetter.Kind;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.node.Durability;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Safety lines 11, 14 to 16, 18 and 29: what a node does that may have forgotten something, or whose device fails it. */
final class SafetyOfDisksTest {
    private static final int CALLS_OF_A_TRANSFER = 80;

    private final ScriptedCluster c = ScriptedCluster.of(3);

    /** Nodes 1 and 3 have committed a frame that node 2 does not have; nothing of it is on any device. */
    private FrameRef commitWithoutTwo() {
        c.reign(1, 2, 3);
        c.flushAll();
        c.settle();
        c.isolate(2);
        long index = c.commit(1);
        return c.disk(1).holding(index);
    }

    /** Line 14: what the process was writing when it died nobody was told of. */
    @Test
    void aTornTailIsNoReasonToRecover() {
        c.reign(1, 2, 3);
        FrameRef last = c.last(3);
        c.disk(3).killInsideAppend();
        c.kill(3);
        c.start(3);
        assertThat(c.last(3)).isEqualTo(last);
        assertThat(c.replica(3).isRecovering()).isFalse();
        c.kill(1);
        c.elect(3, 2);
    }

    /** Lines 14 and 15: the machine has lost what stood behind the last flush. */
    @Test
    void aLostSuffixMakesANodeRecoverThatHasAcknowledgedIt() {
        FrameRef lost = commitWithoutTwo();
        c.powerCut(3);
        c.start(3);
        assertThat(c.disk(3).holds(lost)).isFalse();
        assertThat(c.replica(3).isRecovering()).isTrue();
    }

    /** Line 14: nothing was acknowledged that was not flushed. */
    @Test
    void aLostSuffixIsNoReasonToRecoverWhereOnlyWhatIsFlushedCounts() {
        ScriptedCluster flushed = ScriptedCluster.flushedOf(3);
        flushed.elect(1, 2, 3);
        flushed.deliverAll();
        flushed.flushAll();
        flushed.settle();
        flushed.propose(1);
        flushed.deliverAll();
        FrameRef unflushed = flushed.last(3);
        for (ScriptedLetter each : flushed.sentBy(3, Kind.APPEND_REPLY)) {
            assertThat(each.promised()).isLessThanOrEqualTo(each.durableIndex());
        }
        assertThat(flushed.commitOf(1)).isLessThan(unflushed.index());
        flushed.powerCut(3);
        flushed.start(3);
        assertThat(flushed.disk(3).holds(unflushed)).isFalse();
        assertThat(flushed.replica(3).isRecovering()).isFalse();
    }

    /** Lines 14 and 29: in the same boot and in another one. */
    @Test
    void damageMakesANodeRecoverInEitherBoot() {
        c.reign(1, 2, 3);
        c.commit(1);
        c.flushAll();
        for (int boot = 1; boot <= 2; boot++) {
            c.kill(3);
            c.disk(3).damageSomeFrame(new SplittableRandom(boot));
            if (boot == 2) {
                c.powerCut(3);
            }
            c.start(3);
            assertThat(c.replica(3).isRecovering()).isTrue();
            assertThat(c.disk(3).files().journal().asides()).isEqualTo(boot);
            c.settle();
            c.flush(3);
            c.settle();
            assertThat(c.replica(3).isRecovering()).isFalse();
            assertThat(c.last(3)).isEqualTo(c.last(1));
        }
    }

    /** Line 15: DIRTY is on the device before the first acknowledgement of what is not. */
    @Test
    void aNodeThatPromisesWhatIsNotFlushedHasSaidSoInItsBallotBefore() {
        c.reign(1, 2, 3);
        c.commit(1);
        for (ScriptedLetter each : c.links.sent()) {
            if (each.is(Kind.APPEND_REPLY) && each.appendReply().index() > each.durableIndex()) {
                assertThat(each.ballot().dirty()).isTrue();
                boolean isMatched = each.appendReply().verdict() == 0;
                assertThat(!isMatched || each.promised() >= each.appendReply().index())
                        .isTrue();
            }
        }
    }

    /** Line 15: the same for a node that was started as if only what is flushed counted, which the CONFIG denies. */
    @Test
    void whatTheConfigurationPromisesIsWhatANodeOwnsUpTo() {
        ScriptedCluster cluster = ScriptedCluster.unborn(3);
        cluster.node(3).durability = Durability.FLUSHED;
        for (int node = 1; node <= 3; node++) {
            cluster.start(node);
        }
        cluster.beBorn();
        assertThat(cluster.ballot(3).dirty()).isFalse();
        cluster.reign(1, 2, 3);
        cluster.commit(1);
        assertThat(cluster.sentBy(3, Kind.APPEND_REPLY))
                .anySatisfy(each -> assertThat(each.appendReply().index()).isGreaterThan(each.durableIndex()))
                .allSatisfy(each -> assertThat(each.ballot().dirty() || each.promised() <= each.durableIndex())
                        .isTrue());
        cluster.powerCut(3);
        cluster.start(3);
        assertThat(cluster.replica(3).isRecovering()).isTrue();
    }

    /** Line 15: it acknowledges, and follows, and none of that counts until it has flushed all that the primary had. */
    @Test
    void whatARecoveringNodeAcknowledgesDoesNotCount() {
        commitWithoutTwo();
        c.powerCut(3);
        c.start(3);
        c.hold(1, 3);
        c.hold(3, 1);
        long index = c.propose(1);
        for (int i = 0; i < 10; i++) {
            c.tick(10);
            c.links.take(3, 1, Kind.RECOVER); // is lost
            c.deliver(1, 3);
            c.deliver(3, 1);
        }
        assertThat(c.last(3).index()).isEqualTo(index);
        assertThat(c.replica(3).isRecovering()).isTrue();
        assertThat(c.commitOf(1)).isLessThan(index);
        c.release(1, 3);
        c.release(3, 1);
        c.settle();
        assertThat(c.replica(3).isRecovering()).isTrue(); // nothing is flushed
        assertThat(c.commitOf(1)).isLessThan(index);
        c.flush(3);
        c.settle();
        assertThat(c.replica(3).isRecovering()).isFalse();
        assertThat(c.commitOf(1)).isEqualTo(index);
    }

    /** Line 15: an answer that an earlier start was given says nothing of what was acknowledged since. */
    @Test
    void anOldAnswerDoesNotMakeANodeWhole() {
        commitWithoutTwo();
        c.powerCut(3);
        c.start(3);
        c.settle();
        c.flush(3);
        c.settle();
        assertThat(c.replica(3).isRecovering()).isFalse();
        ScriptedLetter old = c.lastSent(1, 3, Kind.RECOVER_REPLY);
        long before = c.last(3).index();
        assertThat(old.recoverReply().lastIndex()).isEqualTo(before);
        c.commit(1);
        c.powerCut(3);
        c.start(3);
        assertThat(c.last(3).index()).isEqualTo(before);
        for (int i = 0; i < 4; i++) {
            c.tick(10);
            for (ScriptedLetter each : c.links.takeAll(1, 3)) {
                if (each.is(Kind.APPEND) && !each.hasFrame()) {
                    c.deliver(each);
                }
            }
            c.deliver(3, 1);
        }
        assertThat(c.lastSent(3, 1, Kind.APPEND_REPLY).appendReply().flushedIndex())
                .isEqualTo(before);
        c.deliver(old);
        c.turn(3);
        assertThat(c.replica(3).isRecovering()).isTrue();
    }

    /** Line 15: node 3 has forgotten the frame, node 2 never had it, and node 1 is gone: two of three, and no primary. */
    @Test
    void enoughOfThoseWhoElectMustBeWhole() {
        FrameRef committed = commitWithoutTwo();
        c.powerCut(3);
        c.kill(1);
        c.rejoin(2);
        c.start(3);
        assertThat(c.replica(3).isRecovering()).isTrue();
        assertThat(c.campaign(2, 3)).isFalse();
        c.pass(2_000);
        assertThat(c.replica(2).role()).isNotEqualTo(Role.PRIMARY);
        assertThat(c.replica(3).role()).isEqualTo(Role.STANDBY); // and it never asks anybody
        assertThat(c.sentBy(3, Kind.VOTE_REQUEST).stream()
                        .filter(each -> each.stamp().start() == c.ballot(3).startCounter()))
                .isEmpty();
        c.start(1);
        c.elect(1, 3, 2);
        c.settle();
        assertThat(c.disk(3).holds(committed)).isTrue();
    }

    /** Line 29: the same with damage, which the node finds itself while it runs. */
    @Test
    void aNodeThatFindsDamageVotesAsOneThatIsNotWhole() {
        commitWithoutTwo();
        c.disk(3).damageSomeFrame(new SplittableRandom(1));
        long damaged = c.disk(3).firstDamagedIndex();
        c.act(3, replica -> replica.onDamage(damaged));
        assertThat(c.replica(3).isRecovering()).isTrue();
        c.kill(1);
        c.rejoin(2);
        assertThat(c.campaign(2, 3)).isFalse();
        assertThat(c.lastSent(3, 2, Kind.VOTE_REPLY).voteReply().isWhole()).isZero();
    }

    /** Line 29: there is no room to put aside what is damaged: so long nothing may be appended behind it. */
    @Test
    void whatCannotBePutAsideYetIsNeitherCountedNorContinued() {
        commitWithoutTwo();
        c.disk(3).damageSomeFrame(new SplittableRandom(1));
        long damaged = c.disk(3).firstDamagedIndex();
        c.disk(3).device().logFull(true);
        c.act(3, replica -> replica.onDamage(damaged));
        FrameRef last = c.last(3);
        long index = c.propose(1);
        c.settle();
        assertThat(c.last(3)).isEqualTo(last);
        assertThat(c.commitOf(1)).isLessThan(index);
        c.disk(3).device().logFull(false);
        c.settle();
        c.flush(3);
        c.settle();
        assertThat(c.last(3)).isEqualTo(c.last(1));
        assertThat(c.commitOf(1)).isEqualTo(index);
    }

    /** Line 16. */
    @Test
    void aForceThatFailsStopsTheNodeAndIsNotTrustedAfterwards() {
        ScriptedCluster flushed = ScriptedCluster.flushedOf(3);
        flushed.elect(1, 2, 3);
        flushed.deliverAll();
        flushed.flushAll();
        flushed.settle();
        flushed.isolate(2);
        long index = flushed.propose(1);
        flushed.deliverAll();
        flushed.flush(1);
        flushed.disk(3).device().failNextForce();
        flushed.flush(3);
        assertThat(flushed.node(3).failure).isInstanceOf(StorageException.ForceFailed.class);
        flushed.settle();
        assertThat(flushed.commitOf(1)).isLessThan(index);
        flushed.powerCut(3);
        flushed.start(3);
        assertThat(flushed.last(3).index()).isLessThan(index);
        flushed.elect(1, 3);
        flushed.settle();
        flushed.flush(1);
        assertThat(flushed.last(3)).isEqualTo(flushed.last(1));
        assertThat(flushed.commitOf(1)).isLessThan(index);
        flushed.flush(3);
        flushed.settle();
        assertThat(flushed.commitOf(1)).isEqualTo(flushed.last(1).index());
    }

    /** Line 18. */
    @Test
    void anExceptionInTheJournalStopsTheNodeAndNothingIsAcknowledged() {
        c.reign(1, 2, 3);
        c.isolate(2);
        c.disk(3).device().refuseNextAppend();
        long index = c.propose(1);
        long before = c.links.sent().size();
        c.deliver(1, 3);
        assertThat(c.node(3).failure).isInstanceOf(StorageException.class);
        assertThat(c.node(3).isRunning()).isFalse();
        assertThat(c.links.sent().stream().filter(each -> each.number() >= before && each.from() == 3))
                .isEmpty();
        c.turn(1);
        assertThat(c.commitOf(1)).isLessThan(index);
    }

    /** Line 11: node 3 fetches a snapshot, and dies at any call on the way. */
    @Test
    void theLogNeverBeginsBehindASnapshotThatIsNotThere() {
        for (int calls = 0; calls < CALLS_OF_A_TRANSFER; calls++) {
            ScriptedCluster cluster = ScriptedCluster.of(3);
            FrameRef snapshot = beyondReachOfThree(cluster);
            cluster.start(3);
            cluster.node(3).started.life().crashAfter(calls);
            for (int i = 0; i < 12; i++) {
                cluster.pass(20);
                checkBase(cluster.disk(3));
            }
            if (!cluster.node(3).isRunning()) {
                cluster.start(3);
                checkBase(cluster.disk(3));
            }
            cluster.node(3).started.life().crashAfter(-1);
            cluster.pass(400);
            assertThat(cluster.last(3)).isEqualTo(cluster.last(1));
            assertThat(cluster.disk(3).base()).isEqualTo(snapshot);
        }
    }

    private static void checkBase(SimulatedDisk disk) {
        FrameRef base = disk.base();
        assertThat(base.equals(FrameRef.ORIGIN) || disk.holdsDurably(base)).isTrue();
    }

    /** Node 3 is down, and what it lacks is gone from the others' logs. */
    private static FrameRef beyondReachOfThree(ScriptedCluster cluster) {
        cluster.reign(1, 2, 3);
        cluster.kill(3);
        for (int i = 0; i < 4; i++) {
            cluster.commit(1);
        }
        cluster.flushAll();
        FrameRef snapshot = cluster.snapshot(1);
        cluster.compact(1, snapshot);
        assertThat(cluster.disk(1).base()).isEqualTo(snapshot);
        return snapshot;
    }

    /** Line 11: what is offered is older than what is here. */
    @Test
    void aSnapshotThatBringsNothingNewIsRefused() {
        beyondReachOfThree(c);
        c.start(3);
        c.pass(400);
        ScriptedLetter offer = c.lastSent(1, 3, Kind.SNAPSHOT_OFFER);
        c.commit(1);
        c.commit(1);
        FrameRef base = c.disk(3).base();
        FrameRef last = c.last(3);
        int installed = c.heard(3).installed.size();
        c.deliver(offer);
        c.pass(200);
        assertThat(c.heard(3).installed).hasSize(installed);
        assertThat(c.disk(3).base()).isEqualTo(base);
        assertThat(c.last(3)).isEqualTo(last);
    }

    /** Line 11: the log goes on behind the snapshot that comes, and keeps what it has there. */
    @Test
    void whatMatchesBehindASnapshotStays() {
        c.reign(1, 2, 3);
        long early = c.commit(1);
        FrameRef snapshot = c.snapshot(1);
        assertThat(snapshot.index()).isEqualTo(early);
        c.propose(1);
        c.propose(1);
        c.deliverAll();
        c.flush(3);
        FrameRef last = c.last(3);
        c.hold(1, 3);
        c.hold(3, 1);
        c.powerCut(3);
        c.start(3);
        assertThat(c.last(3)).isEqualTo(last);
        assertThat(c.commitOf(3)).isLessThan(snapshot.index()); // it is another boot
        ScriptedLetter heartbeat = c.lastSent(1, 2, Kind.HEARTBEAT);
        var bytes = new UnsafeBuffer(new byte[128]);
        var message = new SnapshotOfferEncoder().wrapAndApplyHeader(bytes, 0, new MessageHeaderEncoder());
        var stamp = heartbeat.stamp();
        message.stamp()
                .epoch(stamp.epoch())
                .term(stamp.term())
                .identity(stamp.identity())
                .start(stamp.start());
        message.snapshot().index(snapshot.index()).term(snapshot.term()).crc(snapshot.crc());
        c.deliver(c.lastSent(1, 3, Kind.HEARTBEAT).saying(bytes));
        c.release(1, 3);
        c.release(3, 1);
        c.pass(300);
        assertThat(c.heard(3).installed).isEmpty();
        assertThat(c.disk(3).holds(last)).isTrue();
        assertThat(c.disk(3).base()).isEqualTo(FrameRef.ORIGIN);
    }

    /** @return two nodes, of which node 1 was left alone, and then founded an epoch */
    private static ScriptedCluster leftAlone() {
        ScriptedCluster two = ScriptedCluster.of(2);
        two.reign(1, 2);
        two.flushAll();
        two.kill(2);
        two.tick(150);
        two.act(1, replica -> replica.acts().promote(List.of(2)));
        for (int i = 0; i < 20; i++) {
            two.pass(10);
            two.flush(1);
        }
        return two;
    }

    /** Line 15: nobody else has what it commits, so it commits what is on its device, and forgets nothing. */
    @Test
    void whoIsTheOnlyVoterLeftCommitsWhatItHasFlushedAndGoesOnAfterAPowerCut() {
        ScriptedCluster two = leftAlone();
        long open = two.propose(1);
        two.pass(50);
        assertThat(two.commitOf(1)).isLessThan(open);
        two.flush(1);
        assertThat(two.commitOf(1)).isEqualTo(open);
        two.powerCut(1);
        two.start(1);
        assertThat(two.replica(1).isRecovering()).isFalse();
        two.pass(500);
        two.flush(1);
        assertThat(two.replica(1).role()).isEqualTo(Role.PRIMARY);
        assertThat(two.commitOf(1)).isGreaterThan(open);
    }

    /** It has lost something all the same: then a person must say whether it is to go on without that. */
    @Test
    void whoIsTheOnlyVoterLeftAndHasLostSomethingSaysWhatCanBeDone() {
        ScriptedCluster two = ScriptedCluster.of(2);
        two.reign(1, 2);
        two.flushAll();
        two.settle();
        two.act(1, replica -> replica.acts().remove(2, true));
        two.kill(2);
        two.disk(1).device().full(true); // it cannot note that it is clean now
        two.flush(1);
        two.powerCut(1);
        two.disk(1).device().full(false);
        two.start(1);
        assertThat(two.replica(1).config().voters()).hasSize(1);
        assertThat(two.replica(1).isRecovering()).isTrue();
        assertThat(two.heard(1).remarks).anyMatch(each -> each.contains("the only voter"));
        two.pass(500);
        assertThat(two.replica(1).role()).isNotEqualTo(Role.PRIMARY);
        two.act(1, replica -> replica.acts().promote(List.of()));
        for (int i = 0; i < 20; i++) {
            two.pass(10);
            two.flush(1);
        }
        assertThat(two.replica(1).role()).isEqualTo(Role.PRIMARY);
    }

    /** Line 29: damage is told late, when the log begins beyond it. */
    @Test
    void damageInWhatIsCompactedAwayMovesNothing() {
        c.reign(1, 2, 3);
        for (int i = 0; i < 5; i++) {
            c.commit(1);
        }
        c.flushAll();
        c.pass(50);
        FrameRef snapshot = c.snapshot(3);
        c.compact(3, snapshot);
        assertThat(c.disk(3).base()).isEqualTo(snapshot);
        c.node(3).guarded(() -> c.replica(3).onDamage(2));
        assertThat(c.replica(3).isRecovering()).isFalse();
        assertThat(c.replica(3).config()).isEqualTo(c.replica(1).config());
        c.kill(1);
        c.elect(3, 2);
    }
}
