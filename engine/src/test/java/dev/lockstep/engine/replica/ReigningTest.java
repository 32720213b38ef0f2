package dev.lockstep.engine.replica;

import static dev.lockstep.engine.replica.CoreOfOne.HEARTBEAT_NS;
import static dev.lockstep.engine.replica.CoreOfOne.TIMEOUT_NS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.engine.Ack;
import dev.lockstep.engine.Mode;
import dev.lockstep.engine.sbe.HeartbeatReplyDecoder;
import dev.lockstep.engine.sbe.MessageHeaderDecoder;
import dev.lockstep.engine.sbe.RecoverDecoder;
import dev.lockstep.engine.testing.NotedEvents.Answered;
import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.frame.FrameEncoder;
import dev.lockstep.storage.frame.FrameType;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Node 1 is the primary of term 2. Its log held indexes 1 to 5 of term 1 before, and 1 is committed. */
final class ReigningTest {
    private static final Config THREE = ConfigTest.ofVoters(3);
    private static final int NO_OP = 6;

    private final CoreOfOne one = new CoreOfOne();
    private final CoreOfOne two = new CoreOfOne(2, 1);
    private final CoreOfOne three = new CoreOfOne(3, 1);
    private final NotingStage stage = new NotingStage();
    private Reigning reigning;

    @BeforeEach
    void begin() {
        one.at(1_000_000_000, 0);
        one.beIn(THREE, 1);
        one.core.promises.campaign();
        one.up(2, 1);
        one.up(3, 1);
        for (int i = 0; i < 5; i++) {
            one.append(1, 1);
        }
        one.core.commit.advanceTo(1);
    }

    private void reign() {
        reigning = new Reigning(
                one.core, stage, new SnapshotFetcher(one.core, null), new SnapshotServer(one.core), new Told(), 0);
        reigning.begin();
    }

    private void pass(long ns) {
        long step = HEARTBEAT_NS / 3;
        for (long left = ns; left > 0; left -= step) {
            one.pass(Math.min(step, left));
            reigning.onTick();
        }
    }

    private void answer(CoreOfOne from, AppendVerdict verdict, long index) {
        from.core.outbox.appendReply(1, verdict, index, 0, 0);
        reigning.onAppendReply(from.core.self(), from.links.take().get(0).appendReply());
    }

    private void match(CoreOfOne from, long index) {
        answer(from, AppendVerdict.MATCHED, index);
    }

    private void beHeard(CoreOfOne from, long round) {
        from.core.outbox.heartbeatReply(1, round, SnapshotNeed.NONE, null, Checkpoint.NONE);
        var bytes = from.links.take().get(0).bytes();
        reigning.onHeartbeatReply(
                from.core.self(), new HeartbeatReplyDecoder().wrapAndApplyHeader(bytes, 0, new MessageHeaderDecoder()));
    }

    private long commit() {
        return one.core.commit.index();
    }

    // ---- how it begins

    @Test
    void aReignBeginsWithAFrameThatCarriesNothingAndIsOpenThen() {
        reign();
        assertThat(one.core.log.lastIndex()).isEqualTo(NO_OP);
        assertThat(one.core.log.frameAt(NO_OP).type()).isEqualTo(FrameType.NO_OP);
        assertThat(one.core.log.lastTerm()).isEqualTo(2);
        assertThat(reigning.isOpen()).isTrue();
        assertThat(one.links.takeWords())
                .containsExactly(
                        "2: probe 5",
                        "3: probe 5",
                        "2: heartbeat of round 0, commit 1",
                        "3: heartbeat of round 0, commit 1");
        match(two, 5);
        assertThat(one.links.takeWords()).containsExactly("2: frame 6-6");
    }

    @Test
    void withoutRoomForItsFirstFrameItIsNotOpenAndGivesWayAfterATimeout() {
        one.journal.isFull = true;
        reign();
        reigning.read(7);
        assertThat(one.listener.readable).containsExactly(new Answered(7, -1));
        one.links.take();
        pass(TIMEOUT_NS - 1);
        beHeard(two, 0);
        beHeard(three, 0);
        assertThat(reigning.isOpen()).isFalse();
        assertThat(one.core.log.lastIndex()).isEqualTo(5);
        assertThat(one.links.takeWords()).isNotEmpty().allMatch(each -> each.contains("heartbeat"));
        assertThat(stage.asked).isEmpty();
        pass(1);
        assertThat(stage.asked).containsExactly("follow");
    }

    @Test
    void onceThereIsRoomForItsFirstFrameItIsOpen() {
        one.journal.isFull = true;
        reign();
        pass(TIMEOUT_NS - 1);
        beHeard(two, 0);
        one.journal.isFull = false;
        reigning.onTick();
        assertThat(reigning.isOpen()).isTrue();
        assertThat(one.core.log.lastIndex()).isEqualTo(NO_OP);
        pass(1);
        assertThat(stage.asked).isEmpty();
    }

    @Test
    void nothingIsTakenWhileAnotherOneTakesOver() {
        reign();
        reigning.handOver(2);
        assertThat(reigning.isOpen()).isFalse();
    }

    // ---- whom it must hear

    @Test
    void inSyncAPrimaryThatItsQuorumDoesNotAnswerForATimeoutStepsDown() {
        reign();
        pass(TIMEOUT_NS - 1);
        assertThat(stage.asked).isEmpty();
        pass(1);
        assertThat(stage.asked).containsExactly("follow");
    }

    @Test
    void whoAnswersAnythingIsHeard() {
        reign();
        pass(TIMEOUT_NS - 1);
        beHeard(two, 0);
        pass(TIMEOUT_NS - 1);
        answer(three, AppendVerdict.GAP, 3);
        pass(TIMEOUT_NS - 1);
        assertThat(stage.asked).isEmpty();
        pass(one.core.turn.heartbeatNs()); // when it asks again it looks who has answered
        assertThat(stage.asked).containsExactly("follow");
    }

    @Test
    void aPrimaryThatStoodStillGivesTheOthersAHeartbeat() {
        reign();
        one.at(one.core.turn.nowNs() + 5 * TIMEOUT_NS, 0);
        reigning.onTick();
        pass(HEARTBEAT_NS - 1);
        assertThat(stage.asked).isEmpty();
        pass(1);
        assertThat(stage.asked).isNotEmpty();
    }

    @Test
    void inAsyncItGoesOnAloneAndSaysSoOnceAndAgainWhenItIsNotAlone() {
        one.begin(1, THREE.withMode(Mode.ASYNC));
        reign();
        pass(3 * TIMEOUT_NS);
        assertThat(stage.asked).isEmpty();
        assertThat(reigning.isLonely()).isTrue();
        assertThat(reigning.isOpen()).isTrue();
        assertThat(one.listener.remarks).hasSize(1).allMatch(each -> each.contains("goes on alone"));
        beHeard(two, 0);
        pass(HEARTBEAT_NS);
        assertThat(reigning.isLonely()).isFalse();
        assertThat(one.listener.remarks).hasSize(2).last().asString().contains("its quorum again");
    }

    // ---- what is committed

    @Test
    void onlyFramesOfThisReignAreCountedAndWhatCameBeforeIsCommittedWithThem() {
        reign();
        match(two, 5);
        match(three, 5);
        assertThat(commit()).isEqualTo(1);
        match(three, NO_OP);
        assertThat(commit()).isEqualTo(NO_OP);
    }

    @Test
    void whoIsNotWholeOrNoMemberOrNotTheOneWhoIsThereCountsForNothing() {
        reign();
        two.core.promises.beRecovering();
        match(two, NO_OP);
        match(new CoreOfOne(4, 1), NO_OP);
        one.replace(3);
        match(three, NO_OP);
        assertThat(commit()).isEqualTo(1);
        one.up(3, 1);
        match(three, NO_OP);
        assertThat(commit()).isEqualTo(NO_OP);
    }

    @Test
    void whoOffersLessThanItAcknowledgedInAnEarlierStartWasSetBackAndDoesNotCount() {
        reign();
        match(two, 5);
        one.up(2, 2);
        reigning.onLinkUp(2);
        answer(two, AppendVerdict.GAP, 3);
        assertThat(one.listener.remarks).anyMatch(each -> each.contains("its directory was set back"));
        match(two, NO_OP);
        assertThat(commit()).isEqualTo(1);
        match(three, NO_OP);
        assertThat(commit()).isEqualTo(NO_OP);
    }

    @Test
    void aGapInTheSameStartIsNoReasonToThinkSo() {
        reign();
        match(two, 5);
        answer(two, AppendVerdict.GAP, 3);
        match(two, NO_OP);
        assertThat(one.listener.remarks).isEmpty();
        assertThat(commit()).isEqualTo(NO_OP);
    }

    @Test
    void aNewStartOfAStandbyBeginsWithNothingAndAnotherLinkOfTheSameOneDoesNot() {
        one.begin(1, ConfigTest.ofVoters(5));
        reign();
        match(two, NO_OP);
        one.up(2, 2);
        reigning.onLinkUp(2);
        match(three, NO_OP);
        assertThat(commit()).isEqualTo(1); // nodes 1 and 3
        reigning.onLinkUp(3);
        match(two, NO_OP);
        assertThat(commit()).isEqualTo(NO_OP);
    }

    @Test
    void whoAsksHowFarItMustComeToRecoverHasNothingUntilItSaysSoAgain() {
        one.begin(1, ConfigTest.ofVoters(5));
        reign();
        match(two, NO_OP);
        one.links.take();
        recover(two, 77);
        assertThat(one.links.takeWords()).containsExactly("2: probe 6", "2: recover up to 6");
        match(three, NO_OP);
        assertThat(commit()).isEqualTo(1);
        match(two, NO_OP);
        assertThat(commit()).isEqualTo(NO_OP);
        recover(two, 77);
        assertThat(one.links.takeWords()).containsExactly("2: recover up to 6"); // which it has asked before
    }

    private void recover(CoreOfOne from, long nonce) {
        from.core.outbox.recover(1, nonce);
        var bytes = from.links.take().get(0).bytes();
        reigning.onRecover(
                from.core.self(), new RecoverDecoder().wrapAndApplyHeader(bytes, 0, new MessageHeaderDecoder()));
    }

    @Test
    void nobodyCanHoldMoreThanWasSent() {
        reign();
        assertThatThrownBy(() -> match(two, NO_OP + 1)).isInstanceOf(Invariant.Violation.class);
    }

    @Test
    void theConfigurationMayChangeOnceAFrameOfThisReignIsCommittedAndNoOtherChangeIsOpen() {
        reign();
        assertThat(reigning.mayChangeConfig()).isFalse();
        match(two, NO_OP);
        assertThat(reigning.mayChangeConfig()).isTrue();
        assertThat(reigning.propose(THREE.withMode(Mode.ASYNC))).isTrue();
        assertThat(reigning.mayChangeConfig()).isFalse();
        match(two, NO_OP + 1);
        assertThat(reigning.mayChangeConfig()).isTrue();
    }

    @Test
    void aFrameBringsTheTimeForATimerOnlyOnceItHasComeAndNoOtherOneHasBroughtIt() {
        reign();
        long deadlineNs = one.core.log.lastTimeNs() + 10;
        pass(9);
        reigning.proposeTimer(deadlineNs);
        assertThat(one.core.log.lastIndex()).isEqualTo(NO_OP);
        pass(1);
        reigning.proposeTimer(deadlineNs);
        assertThat(one.core.log.lastIndex()).isEqualTo(NO_OP + 1);
        assertThat(one.core.log.lastTimeNs()).isEqualTo(deadlineNs);
        reigning.proposeTimer(deadlineNs);
        assertThat(one.core.log.lastIndex()).isEqualTo(NO_OP + 1);
    }

    @Test
    void eachLevelIsReachedByWhomItIsAbout() {
        one.journal.isFlushedAtOnce = false;
        reign();
        one.journal.flush();
        reigning.onFlushed();
        match(two, 5);
        match(three, 5);
        pass(1);
        reigning.proposeTimer(one.core.log.lastTimeNs() + 1);
        assertThat(one.core.log.lastIndex()).isEqualTo(7);
        reigning.onTick();
        two.core.outbox.appendReply(1, AppendVerdict.MATCHED, 7, 6, 0);
        reigning.onAppendReply(2, two.links.take().get(0).appendReply());
        match(three, 6);
        assertThat(List.of(
                        reigning.reached(Ack.LOCAL_APPENDED),
                        reigning.reached(Ack.LOCAL_FLUSHED),
                        reigning.reached(Ack.QUORUM_APPENDED),
                        reigning.reached(Ack.QUORUM_FLUSHED),
                        reigning.reached(Ack.ALL_APPENDED),
                        reigning.reached(Ack.ALL_FLUSHED)))
                .containsExactly(7L, 6L, 7L, 6L, 6L, 0L);
    }

    // ---- what it says

    @Test
    void everybodyIsToldOfACommitWithinAMillisecondAndHearsOfItEachHeartbeat() {
        reign();
        match(two, 5);
        match(two, NO_OP);
        one.links.take();
        one.pass(999_999);
        reigning.onTick();
        assertThat(one.links.takeWords()).noneMatch(each -> each.contains("heartbeat"));
        one.pass(1);
        reigning.onTick();
        assertThat(one.links.takeWords())
                .contains("2: heartbeat of round 0, commit 6", "3: heartbeat of round 0, commit 6");
        one.pass(1_000_000);
        reigning.onTick();
        assertThat(one.links.takeWords()).noneMatch(each -> each.contains("heartbeat"));
        pass(HEARTBEAT_NS);
        assertThat(one.links.takeWords())
                .contains("2: heartbeat of round 0, commit 6", "3: heartbeat of round 0, commit 6");
    }

    @Test
    void aReadIsAnsweredWhenAMajorityHasConfirmedItsRound() {
        reign();
        match(three, NO_OP);
        reigning.read(7);
        reigning.onTick();
        assertThat(one.links.takeWords()).contains("2: heartbeat of round 1, commit 6");
        beHeard(two, 0);
        reigning.onTick();
        assertThat(one.listener.readable).isEmpty();
        beHeard(two, 1);
        reigning.onTick();
        assertThat(one.listener.readable).containsExactly(new Answered(7, NO_OP));
    }

    @Test
    void noReadIsAnsweredBeforeTheReignHasCommittedSomething() {
        reign();
        reigning.read(7);
        reigning.onTick();
        beHeard(two, 1);
        reigning.onTick();
        assertThat(one.listener.readable).isEmpty();
        match(three, NO_OP);
        reigning.onTick();
        assertThat(one.listener.readable).containsExactly(new Answered(7, NO_OP));
    }

    // ---- whom it refuses

    private void refuse(int node) {
        one.core.refuse(node, "was set back");
        reigning.onRefused(node);
    }

    @Test
    void whatARefusedMemberHasConfirmedConfirmsNoRead() {
        reign();
        match(three, NO_OP);
        reigning.read(7);
        reigning.onTick();
        beHeard(two, 1);
        refuse(2);
        reigning.onTick();
        assertThat(one.listener.readable).isEmpty();
        beHeard(three, 1);
        reigning.onTick();
        assertThat(one.listener.readable).containsExactly(new Answered(7, NO_OP));
    }

    @Test
    void whatARefusedMemberHasAcknowledgedDoesNotCountAnyMore() {
        one.begin(1, ConfigTest.ofVoters(5));
        one.up(4, 1);
        reign();
        match(two, NO_OP);
        refuse(2);
        match(three, NO_OP);
        assertThat(commit()).isEqualTo(1);
        match(new CoreOfOne(4, 1), NO_OP);
        assertThat(commit()).isEqualTo(NO_OP);
    }

    @Test
    void aRefusedMemberIsNotHeard() {
        reign();
        pass(TIMEOUT_NS - 1);
        beHeard(two, 0);
        refuse(2);
        pass(1);
        assertThat(stage.asked).containsExactly("follow");
    }

    // ---- where there is no room

    /** Only what is flushed counts, and that it has been dirty before is still noted. */
    private void reignWhereOnlyFlushedCounts() {
        one.begin(1, ConfigTest.flushed(THREE));
        one.core.promises.beDirty();
        reign();
    }

    @Test
    void whoCountsOnlyWhatIsFlushedIsCleanOnceAllIs() {
        one.journal.isFlushedAtOnce = false;
        reignWhereOnlyFlushedCounts();
        assertThat(one.isDirty()).isTrue();
        one.journal.flush();
        reigning.onFlushed();
        assertThat(one.isDirty()).isFalse();
    }

    @Test
    void withoutRoomToNoteThatItIsCleanItStaysDirtyAndCountsAllTheSame() {
        one.ballots.roomFor(1);
        reignWhereOnlyFlushedCounts();
        assertThat(one.marks.promised()).isEqualTo(NO_OP);
        two.core.outbox.appendReply(1, AppendVerdict.MATCHED, NO_OP, NO_OP, 0);
        reigning.onAppendReply(2, two.links.take().get(0).appendReply());
        assertThat(commit()).isEqualTo(NO_OP);
        one.links.take();
        pass(HEARTBEAT_NS);
        assertThat(one.links.takeWords()).contains("3: heartbeat of round 0, commit 6");
        assertThat(one.isDirty()).isTrue();
        one.ballots.roomFor(1);
        reigning.onTick();
        assertThat(one.isDirty()).isFalse();
    }

    /** The flusher has been quicker: all that is appended is on the device before it is counted. */
    @Test
    void whatWasAppendedIsNeverSaidToHaveFoundNoRoom() {
        one.ballots.roomFor(1);
        reignWhereOnlyFlushedCounts();
        FrameEncoder encoder = new FrameEncoder(256, 64);
        encoder.start(FrameType.COMMANDS);
        encoder.add(new UnsafeBuffer(new byte[8]), 0, 8);
        assertThat(reigning.propose(encoder)).isEqualTo(NO_OP + 1);
        assertThat(one.core.log.lastIndex()).isEqualTo(NO_OP + 1);
        assertThat(one.marks.promised()).isEqualTo(NO_OP + 1);
    }
}
