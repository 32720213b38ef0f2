package dev.lockstep.engine.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.engine.MemberKind;
import dev.lockstep.engine.Role;
import dev.lockstep.engine.replica.ActRefused;
import dev.lockstep.engine.replica.Member;
import dev.lockstep.engine.sbe.ChunkRequestEncoder;
import dev.lockstep.engine.sbe.EpochNoticeEncoder;
import dev.lockstep.engine.sbe.MessageHeaderEncoder;
import dev.lockstep.engine.sbe.StampEncoder;
import dev.lockstep.engine.simulated.ScriptedLetter.Kind;
import dev.lockstep.engine.testing.NotedEvents.Answered;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.ballot.Ballot;
import dev.lockstep.storage.testing.FrameMaker;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Safety lines 12 and 25: messages that come twice, late, in another order or not at all, and frames that differ. */
final class SafetyOfMessagesTest {
    private final ScriptedCluster c = ScriptedCluster.of(3);

    /** Line 12: everything that was ever said by starts that are over comes once more, in the order that is most absurd. */
    @Test
    void whatTheDeadHaveSaidMovesNobody() {
        c.reign(1, 2, 3);
        c.commit(1);
        c.kill(1);
        c.elect(2, 3);
        c.settle();
        c.commit(2);
        c.start(1);
        c.settle();
        c.flushAll();
        for (int node = 1; node <= 3; node++) {
            c.restart(node);
        }
        c.elect(3, 1, 2);
        c.settle();
        List<ScriptedLetter> dead = new ArrayList<>();
        for (ScriptedLetter each : c.links.sent()) {
            if (each.stamp().start() < c.ballot(each.from()).startCounter()) {
                dead.add(each);
            }
        }
        Collections.reverse(dead);
        assertThat(dead).hasSizeGreaterThan(50);
        List<Ballot> ballots = List.of(c.ballot(1), c.ballot(2), c.ballot(3));
        List<FrameRef> lasts = List.of(c.last(1), c.last(2), c.last(3));
        List<Long> commits = List.of(c.commitOf(1), c.commitOf(2), c.commitOf(3));
        long sent = c.links.sent().size();
        for (ScriptedLetter each : dead) {
            c.deliver(each);
        }
        assertThat(c.links.sent()).hasSize((int) sent);
        assertThat(List.of(c.ballot(1), c.ballot(2), c.ballot(3))).isEqualTo(ballots);
        assertThat(List.of(c.last(1), c.last(2), c.last(3))).isEqualTo(lasts);
        assertThat(List.of(c.commitOf(1), c.commitOf(2), c.commitOf(3))).isEqualTo(commits);
        assertThat(c.replica(3).role()).isEqualTo(Role.PRIMARY);
    }

    /** Line 12: each frame and each answer comes twice, and in any order, or not at all. */
    @Test
    void framesAndAnswersInAnyOrderComeToTheSame() {
        for (int seed = 0; seed < 50; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            ScriptedCluster cluster = ScriptedCluster.of(3);
            cluster.reign(1, 2, 3);
            cluster.hold(1, 2);
            cluster.hold(1, 3);
            for (int i = 0; i < 6; i++) {
                cluster.propose(1);
            }
            for (int round = 0; round < 20; round++) {
                List<ScriptedLetter> all = new ArrayList<>();
                for (int other = 2; other <= 3; other++) {
                    all.addAll(cluster.links.takeAll(1, other));
                    all.addAll(cluster.links.takeAll(other, 1));
                }
                while (!all.isEmpty()) {
                    ScriptedLetter each = all.get(random.nextInt(all.size()));
                    if (random.nextInt(3) > 0) {
                        all.remove(each);
                    }
                    if (random.nextInt(4) > 0) {
                        cluster.deliver(each);
                    }
                }
                checkCommit(cluster);
                cluster.tick(10);
            }
            cluster.release(1, 2);
            cluster.release(1, 3);
            cluster.pass(200);
            assertThat(cluster.last(2)).isEqualTo(cluster.last(1));
            assertThat(cluster.last(3)).isEqualTo(cluster.last(1));
            assertThat(cluster.commitOf(1)).isEqualTo(cluster.last(1).index());
        }
    }

    private static void checkCommit(ScriptedCluster cluster) {
        cluster.checkOneHistory();
        for (ScriptedNode each : cluster.all()) {
            assertThat(each.isRunning()).isTrue();
            FrameRef committed = cluster.disk(1).holding(each.replica.commitIndex());
            long copies = cluster.all().stream()
                    .filter(one -> one.disk.holds(committed))
                    .count();
            assertThat(copies).isGreaterThanOrEqualTo(2);
        }
    }

    /** Line 12: what an earlier start of a standby has acknowledged does not count for the one that has lost it. */
    @Test
    void whatAStandbyAcknowledgedBeforeItDiedDoesNotCountAfterwards() {
        c.reign(1, 2, 3);
        c.flushAll();
        c.settle();
        c.isolate(2);
        c.hold(3, 1);
        long index = c.propose(1);
        c.deliver(1, 3);
        ScriptedLetter acknowledged = c.take(3, 1, Kind.APPEND_REPLY);
        assertThat(acknowledged.appendReply().index()).isEqualTo(index);
        c.powerCut(3);
        c.start(3);
        assertThat(c.last(3).index()).isLessThan(index);
        c.deliver(acknowledged);
        assertThat(c.commitOf(1)).isLessThan(index);
    }

    /** Line 12: each process numbers its reads from 1 on, and the primary may answer when another one asks. */
    @Test
    void whatAProcessBeforeHasAskedForAnswersNoRead() {
        c.reign(1, 2);
        c.hold(2, 1);
        c.act(3, replica -> replica.read(7));
        c.deliver(3, 1); // nobody has confirmed it yet
        c.kill(3);
        c.start(3);
        c.deliver(1, 3);
        c.hold(3, 1);
        c.act(3, replica -> replica.read(7));
        c.release(2, 1);
        c.settle();
        assertThat(c.heard(3).readable).isEmpty();
        c.release(3, 1);
        c.settle();
        assertThat(c.heard(3).readable).containsExactly(new Answered(7, c.commitOf(1)));
    }

    /** Line 12: it was acknowledged, counted, and is gone: the primary believes nothing of the new start. */
    @Test
    void aNewStartOfAStandbyBeginsWithNothing() {
        ScriptedCluster five = ScriptedCluster.of(5);
        five.reign(1, 2, 3, 4, 5);
        five.flushAll();
        five.settle();
        five.isolate(4);
        five.isolate(5);
        five.isolate(3);
        long index = five.propose(1);
        five.deliverAll();
        assertThat(five.commitOf(1)).isLessThan(index); // two of five
        five.powerCut(2);
        five.start(2);
        five.hold(2, 1);
        five.links.join(1, 3);
        for (int i = 0; i < 6; i++) {
            five.tick(10);
            five.deliver(1, 3);
            five.deliver(3, 1);
        }
        assertThat(five.last(3).index()).isEqualTo(index);
        assertThat(five.commitOf(1)).isLessThan(index); // still two of five
    }

    /** Another frame than the one that an Append carries, in the same place and term. */
    private static ScriptedLetter otherFrame(ScriptedLetter real) {
        var previous = real.append().previous();
        FrameMaker maker = new FrameMaker(64)
                .after(new FrameRef(previous.index(), previous.term(), previous.crc()))
                .term(real.term())
                .next(1, 20);
        return real.carrying(maker.buffer(), maker.length());
    }

    /** Line 25: node 3 cannot read its own. */
    @Test
    void whoCannotReadItsOwnFramePutsItAsideAndRecovers() {
        c.reign(1, 2, 3);
        c.commit(1);
        ScriptedLetter real = c.lastSent(1, 3, Kind.APPEND);
        assertThat(real.hasFrame()).isTrue();
        long index = real.append().previous().index() + 1;
        long seed = 0;
        while (c.disk(3).firstDamagedIndex() != index) {
            assertThat(seed).isLessThan(100);
            c.disk(3)
                    .files()
                    .journal()
                    .content()
                    .replace(
                            c.disk(3).files().journal().content().placeOf(index),
                            c.disk(3).files().journal().content().holding(index).withFlippedBit((int) seed++));
        }
        c.hold(3, 1);
        c.deliver(otherFrame(real)); // which makes it look at its own
        assertThat(c.replica(3).isRecovering()).isTrue();
        assertThat(c.disk(3).files().journal().asides()).isEqualTo(1);
        assertThat(c.heard(3).orphaned).isEmpty();
        c.release(3, 1);
        c.settle();
        c.flush(3);
        c.settle();
        assertThat(c.replica(3).isRecovering()).isFalse();
        assertThat(c.last(3)).isEqualTo(c.last(1));
    }

    /** Node 3 has taken another frame than the one that node 1 has; both are of one term. */
    private ScriptedLetter differ() {
        c.reign(1, 2, 3);
        long index = c.propose(1);
        ScriptedLetter real = c.take(1, 3, Kind.APPEND);
        c.hold(3, 1);
        c.deliver(otherFrame(real));
        assertThat(c.last(3).index()).isEqualTo(index);
        assertThat(c.last(3)).isNotEqualTo(c.disk(1).holding(index));
        c.lose(3, 1);
        return real;
    }

    /** Line 25: node 3's is sound, and the primary cannot read its own. */
    @Test
    void aPrimaryThatCannotReadWhatItSentRecovers() {
        ScriptedLetter real = differ();
        long index = real.append().previous().index() + 1;
        LogContent content = c.disk(1).files().journal().content();
        content.replace(content.placeOf(index), content.holding(index).withFlippedBit(77));
        FrameRef last = c.last(3);
        c.deliver(real);
        assertThat(c.last(3)).isEqualTo(last); // nothing is cut
        c.deliver(3, 1, Kind.DAMAGE_SUSPECTED);
        assertThat(c.replica(1).isRecovering()).isTrue();
        assertThat(c.replica(1).role()).isNotEqualTo(Role.PRIMARY);
        assertThat(c.node(3).isRunning()).isTrue();
        assertThat(c.last(3)).isEqualTo(last);
    }

    /** Line 25: both are sound: nobody can say which is the cluster's. */
    @Test
    void ifBothFramesAreSoundBothNodesStopAndNothingIsCut() {
        ScriptedLetter real = differ();
        FrameRef ofOne = c.last(1);
        FrameRef ofThree = c.last(3);
        c.deliver(real);
        assertThat(c.node(3).isRunning()).isTrue();
        ScriptedLetter suspicion = c.take(3, 1, Kind.DAMAGE_SUSPECTED);
        c.deliver(suspicion);
        assertThat(c.node(1).failure).isInstanceOf(Invariant.Violation.class);
        ScriptedLetter both = c.lastSent(1, 3, Kind.BOTH_SOUND);
        c.deliver(both);
        assertThat(c.node(3).failure).isInstanceOf(Invariant.Violation.class);
        assertThat(c.last(1)).isEqualTo(ofOne);
        assertThat(c.last(3)).isEqualTo(ofThree);
    }

    /** A peer's memory is damaged, or somebody else's program speaks: nothing of it counts, and nobody stops for it. */
    @Test
    void whatNoMemberCanHaveSaidMovesNobody() {
        c.reign(1, 2, 3);
        c.hold(2, 1);
        c.hold(3, 1);
        long index = c.propose(1);
        c.deliver(1, 2);
        ScriptedLetter acknowledged = c.take(2, 1, Kind.APPEND_REPLY);
        UnsafeBuffer shortened =
                new UnsafeBuffer(acknowledged.bytes().byteArray().clone());
        new MessageHeaderEncoder().wrap(shortened, 0).blockLength(StampEncoder.ENCODED_LENGTH);
        c.deliver(acknowledged.saying(shortened));
        UnsafeBuffer farAhead =
                new UnsafeBuffer(acknowledged.bytes().byteArray().clone());
        new StampEncoder().wrap(farAhead, MessageHeaderEncoder.ENCODED_LENGTH).term(Long.MAX_VALUE);
        c.deliver(acknowledged.saying(farAhead));
        assertThat(c.commitOf(1)).isLessThan(index);
        assertThat(c.replica(1).role()).isEqualTo(Role.PRIMARY);
        assertThat(c.heard(1).remarks).anyMatch(each -> each.contains("no message of this version"));
        assertThat(c.heard(1).remarks).anyMatch(each -> each.contains("a term that nobody can have come to"));
        c.deliver(acknowledged);
        assertThat(c.commitOf(1)).isEqualTo(index);
    }

    /** It is about as if it had not been sent, and so is what comes after the next start: nothing is held against it. */
    @Test
    void aTermThatNobodyCanHaveComeToIsNotRemembered() {
        c.reign(1, 2, 3);
        ScriptedLetter said = c.lastSent(2, 1, Kind.HEARTBEAT_REPLY);
        UnsafeBuffer farAhead = new UnsafeBuffer(said.bytes().byteArray().clone());
        new StampEncoder().wrap(farAhead, MessageHeaderEncoder.ENCODED_LENGTH).term(Long.MAX_VALUE);
        c.deliver(said.saying(farAhead));
        c.restart(2);
        c.settle();
        assertThat(c.replica(1).isSetBack(2)).isFalse();
        c.isolate(3);
        c.commit(1);
    }

    /** What a message says of its own length is compared with what is there. */
    @ParameterizedTest
    @ValueSource(longs = {1, 60_000, 70_000, 0x7fff_ffffL, 0x8000_0000L, 0xffff_ffffL})
    void aMessageThatIsShorterThanItSaysMovesNobody(long length) {
        c.reign(1, 2, 3);
        ScriptedLetter heartbeat = c.lastSent(1, 2, Kind.HEARTBEAT);
        UnsafeBuffer bytes = new UnsafeBuffer(new byte[44]);
        EpochNoticeEncoder message = new EpochNoticeEncoder().wrapAndApplyHeader(bytes, 0, new MessageHeaderEncoder());
        heartbeat.sign(message.stamp());
        bytes.putInt(message.limit(), (int) length, ByteOrder.LITTLE_ENDIAN);
        c.deliver(heartbeat.saying(bytes));
        assertThat(c.heard(2).remarks).anyMatch(each -> each.contains("no message of this version"));
        c.commit(1);
    }

    @Test
    void aChunkThatCannotBeIsNotServed() {
        c.reign(1, 2, 3);
        c.flushAll();
        FrameRef snapshot = c.snapshot(2);
        ScriptedLetter heartbeat = c.lastSent(1, 2, Kind.HEARTBEAT);
        UnsafeBuffer request =
                new UnsafeBuffer(new byte[MessageHeaderEncoder.ENCODED_LENGTH + ChunkRequestEncoder.BLOCK_LENGTH]);
        ChunkRequestEncoder asked =
                new ChunkRequestEncoder().wrapAndApplyHeader(request, 0, new MessageHeaderEncoder());
        heartbeat.sign(asked.stamp());
        asked.snapshot().index(snapshot.index()).term(snapshot.term()).crc(snapshot.crc());
        for (int number : new int[] {-1, Integer.MIN_VALUE}) {
            asked.number(number);
            c.deliver(heartbeat.saying(request));
        }
        assertThat(c.node(2).isRunning()).as("%s", c.node(2).failure).isTrue();
        assertThat(c.sentBy(2, Kind.CHUNK)).isEmpty();
        asked.number(0);
        c.deliver(heartbeat.saying(request));
        assertThat(c.sentBy(2, Kind.CHUNK)).hasSize(1);
    }

    @Test
    void anActOnANodeThatCannotBeIsRefused() {
        c.reign(1, 2, 3);
        for (int node : new int[] {-1, 9, 256, Integer.MAX_VALUE}) {
            assertThatThrownBy(() -> c.replica(1).acts().makeVoter(node)).isInstanceOf(ActRefused.class);
            assertThatThrownBy(() -> c.replica(1).acts().transfer(node)).isInstanceOf(ActRefused.class);
            assertThatThrownBy(() -> c.replica(1).acts().remove(node, true)).isInstanceOf(ActRefused.class);
        }
        Member beyond = new Member(256, new Identity(77), MemberKind.OBSERVER, "nowhere");
        assertThatThrownBy(() -> c.replica(1).acts().add(beyond)).isInstanceOf(ActRefused.class);
        c.commit(1);
    }
}
