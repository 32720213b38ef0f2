package dev.lockstep.engine.replica;

import static dev.lockstep.engine.replica.CoreOfOne.HEARTBEAT_NS;
import static dev.lockstep.engine.replica.CoreOfOne.TIMEOUT_NS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.replica.Standby.Pace;
import dev.lockstep.storage.testing.FrameMaker;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How node 1 brings its log to nodes 2 and 3. The log holds indexes 1 to 3, 4 and 5, 6, and 7 to 10, each in one frame. */
final class ReplicatorTest {
    private CoreOfOne one;
    private Standbys standbys;
    private Replicator replicator;
    private Standby two;
    private Standby three;

    @BeforeEach
    void begin() {
        begin(256 << 10);
        append(3, 2, 1, 4);
    }

    private void begin(int catchUpBytes) {
        one = new CoreOfOne(1, catchUpBytes);
        one.at(0, 0);
        one.beIn(ConfigTest.ofVoters(3), 1);
        one.up(2, 1);
        one.up(3, 1);
        standbys = new Standbys(one.core);
        standbys.onConfigs();
        replicator =
                new Replicator(one.core, standbys, new OfferedSnapshots(one.core, standbys, new HeardCheckpoints()));
        two = standbys.at(2);
        three = standbys.at(3);
    }

    private void append(int... indexes) {
        for (int each : indexes) {
            one.append(1, each);
        }
    }

    /** A frame is made, sent and appended. */
    private void make() {
        FrameMaker maker = new FrameMaker(64).after(one.core.log.last()).term(1).next(1, 1);
        replicator.send(maker.buffer(), 0, maker.length());
        one.core.log.append(maker.buffer(), 0, maker.length());
    }

    private void beLive(Standby standby) {
        replicator.begin(standby);
        standby.matchedIndex = one.core.log.lastIndex();
        replicator.onMatched(standby, standby.matchedIndex);
        assertThat(standby.isLive()).isTrue();
        one.links.take();
    }

    private List<String> said() {
        return one.links.takeWords();
    }

    @Test
    void whoComesIsAskedWhatItHasBehindTheLastFrame() {
        replicator.begin(two);
        assertThat(said()).containsExactly("2: probe 10");
        replicator.onMatched(two, 10);
        assertThat(two.pace).isEqualTo(Pace.LIVE);
        assertThat(said()).isEmpty();
    }

    @Test
    void whoIsBehindIsSentSoMuchATurnAndOnceItHasAllEachFrameAsItIsMade() {
        begin(1);
        append(3, 2, 1, 4);
        replicator.begin(two);
        said();
        replicator.onGap(two, 4);
        assertThat(said()).containsExactly("2: probe 3"); // no frame ends at 4
        replicator.onMatched(two, 3);
        assertThat(said()).containsExactly("2: frame 4-5");
        replicator.onTick();
        assertThat(said()).contains("2: frame 6-6");
        make();
        assertThat(said()).isEmpty(); // it is behind yet
        replicator.onTick();
        replicator.onTick();
        assertThat(said()).contains("2: frame 7-10", "2: frame 11-11");
        assertThat(two.isLive()).isTrue();
        make();
        assertThat(said()).containsExactly("2: frame 12-12");
    }

    @Test
    void whoseLinkIsFullFallsBehindAloneAndIsBroughtBack() {
        beLive(two);
        beLive(three);
        make();
        assertThat(said()).containsExactly("2: frame 11-11", "3: frame 11-11");
        one.links.full(2, true);
        make();
        make();
        replicator.onTick();
        assertThat(said()).containsExactly("3: frame 12-12", "3: frame 13-13");
        assertThat(two.pace).isEqualTo(Pace.CATCH_UP);
        assertThat(three.isLive()).isTrue();
        one.links.full(2, false);
        replicator.onTick();
        assertThat(said()).containsExactly("2: frame 12-12", "2: frame 13-13");
        make();
        assertThat(said()).containsExactly("2: frame 14-14", "3: frame 14-14");
    }

    @Test
    void whatWasReadAndNotAcceptedIsOfferedAgain() {
        replicator.begin(two);
        said();
        replicator.onGap(two, 3);
        one.links.full(2, true);
        replicator.onMatched(two, 3);
        replicator.onTick();
        one.links.full(2, false);
        said();
        replicator.onTick();
        assertThat(said()).containsExactly("2: frame 4-5", "2: frame 6-6", "2: frame 7-10");
    }

    private void beginWithFortyFrames() {
        begin(256 << 10);
        for (int i = 0; i < 40; i++) {
            append(1);
        }
        replicator.begin(two);
    }

    /** @return where it was asked, if it has another history at each index above one */
    private List<Long> lookBack(long shared, long committed) {
        List<Long> probes = new ArrayList<>();
        while (two.pace == Pace.PROBE && two.probe.index() > shared && probes.size() < 50) {
            probes.add(two.probe.index());
            replicator.onOtherHistory(two, two.probe.index(), committed);
        }
        probes.add(two.probe.index());
        return probes;
    }

    @Test
    void whereHistoriesDifferItLooksFurtherAndFurtherBack() {
        beginWithFortyFrames();
        assertThat(lookBack(0, 0)).containsExactly(40L, 39L, 37L, 33L, 25L, 9L, 0L);
    }

    @Test
    void itLooksNoFurtherBackThanWhatIsCommittedThere() {
        beginWithFortyFrames();
        assertThat(lookBack(30, 30)).containsExactly(40L, 39L, 37L, 33L, 30L);
    }

    @Test
    void anAnswerToAnEarlierProbeMovesNothing() {
        beginWithFortyFrames();
        said();
        replicator.onOtherHistory(two, 39, 0);
        replicator.onMatched(two, 39);
        replicator.onGap(two, 40);
        replicator.onBeforeBase(two, 40);
        assertThat(two.probe.index()).isEqualTo(40);
        assertThat(said()).isEmpty();
        beLive(two);
        replicator.onOtherHistory(two, 40, 0);
        replicator.onBeforeBase(two, 40);
        assertThat(two.isLive()).isTrue();
    }

    @Test
    void whatWasCompactedAwayThereIsSkippedIfAFrameEndsThere() {
        replicator.begin(two);
        replicator.onOtherHistory(two, 10, 0);
        said();
        assertThat(two.probe.index()).isEqualTo(6); // 9 is in the midst of a frame
        replicator.onOtherHistory(two, 6, 0);
        assertThat(said()).containsExactly("2: probe 3");
        replicator.onBeforeBase(two, 4);
        assertThat(said()).isEmpty();
        replicator.onBeforeBase(two, 11);
        assertThat(said()).isEmpty();
        replicator.onBeforeBase(two, 6);
        assertThat(said()).containsExactly("2: probe 6");
    }

    @Test
    void whatIsGoneFromTheJournalIsOfferedAsASnapshot() {
        one.journal.compactBelow(6);
        replicator.begin(two);
        replicator.onGap(two, 4);
        assertThat(two.pace).isEqualTo(Pace.SNAPSHOT);
        said();
        replicator.onTick();
        assertThat(said()).doesNotContain("2: snapshot 10"); // there is none yet
        one.snapshots.keep(one.core.log.last(), ConfigTest.ofVoters(3));
        one.pass(HEARTBEAT_NS);
        replicator.onTick();
        assertThat(said()).contains("2: snapshot 10");
        one.pass(9 * HEARTBEAT_NS);
        replicator.onTick();
        assertThat(said()).doesNotContain("2: snapshot 10");
        one.pass(HEARTBEAT_NS);
        replicator.onTick();
        assertThat(said()).contains("2: snapshot 10");
        make();
        replicator.onMatched(two, 10);
        assertThat(said()).containsExactly("2: frame 11-11");
        assertThat(two.isLive()).isTrue();
    }

    /** The answer was on its way while the log was compacted. */
    @Test
    void whoMatchesWhatIsGoneFromTheJournalMeanwhileIsOfferedASnapshot() {
        replicator.begin(two);
        replicator.onGap(two, 3);
        one.journal.compactBelow(6);
        replicator.onMatched(two, 3);
        assertThat(two.pace).isEqualTo(Pace.SNAPSHOT);
        replicator.onMatched(two, 0); // a late one, of when it had nothing
        assertThat(two.pace).isEqualTo(Pace.SNAPSHOT);
    }

    @Test
    void whoComesTooLateForTheJournalWhileItCatchesUpIsOfferedASnapshot() {
        begin(1);
        append(3, 2, 1, 4);
        replicator.begin(two);
        replicator.onGap(two, 0);
        replicator.onMatched(two, 0);
        one.journal.compactBelow(7);
        one.snapshots.keep(one.core.log.last(), ConfigTest.ofVoters(3));
        replicator.onTick();
        said();
        replicator.onTick();
        assertThat(said()).contains("2: snapshot 10");
    }

    @Test
    void whoHasNoRoomIsLeftInPeaceForAHeartbeat() {
        beLive(two);
        replicator.onNoRoom(two, 5);
        one.pass(HEARTBEAT_NS - 1);
        replicator.onTick();
        make();
        assertThat(said()).noneMatch(each -> each.startsWith("2"));
        one.pass(1);
        replicator.onTick();
        assertThat(said()).contains("2: frame 6-6", "2: frame 7-10", "2: frame 11-11");
    }

    @Test
    void whoDoesNotAnswerIsAskedAgainEachHeartbeatWhileItsLinkIsUp() {
        replicator.begin(two);
        replicator.begin(three);
        said();
        one.pass(HEARTBEAT_NS - 1);
        replicator.onTick();
        assertThat(said()).isEmpty();
        one.core.peers.onDown(3);
        one.pass(1);
        replicator.onTick();
        assertThat(said()).containsExactly("2: probe 10");
    }

    @Test
    void whoTakesNothingOfWhatItIsSentIsAskedAnew() {
        beLive(two);
        beLive(three);
        make();
        three.matchedIndex = 11;
        said();
        one.pass(TIMEOUT_NS - 1);
        replicator.onTick();
        assertThat(said()).isEmpty();
        one.pass(1);
        replicator.onTick();
        assertThat(said()).containsExactly("2: probe 11");
        assertThat(three.isLive()).isTrue();
    }

    /** What lacks may be on its way: an answer to what was sent before it says nothing. */
    @Test
    void aGapIsBelievedOnceNothingMoreIsAcknowledgedForAHeartbeat() {
        beLive(two);
        make();
        said();
        replicator.onGap(two, 10);
        assertThat(said()).isEmpty();
        assertThat(two.isLive()).isTrue();
        one.pass(HEARTBEAT_NS);
        replicator.onGap(two, 10);
        assertThat(said()).containsExactly("2: probe 10");
        replicator.onMatched(two, 10);
        assertThat(said()).containsExactly("2: frame 11-11");
    }

    /** It was asked before both logs were compacted, and this one goes further: only a snapshot helps. */
    @Test
    void whoseLogBeginsBehindWhatItWasAskedAndBeforeThisOneFetchesASnapshot() {
        replicator.begin(two);
        replicator.onGap(two, 4);
        assertThat(two.probe.index()).isEqualTo(3);
        one.journal.compactBelow(7); // its base is 6 now
        assertThat(one.core.log.base().index()).isEqualTo(6);
        replicator.onBeforeBase(two, 5); // that is all that it can ever answer
        assertThat(two.pace).isEqualTo(Pace.SNAPSHOT);
        replicator.onGap(two, 5);
        assertThat(two.pace).isEqualTo(Pace.SNAPSHOT);
    }

    /** Nobody knows who is right, but somebody has decided: nothing else helps it. */
    @Test
    void whoseLogIsOverAndWhoIsToHaveThePrimarysStateIsOfferedIt() {
        one.snapshots.keep(one.core.log.last(), ConfigTest.ofVoters(3));
        one.applying.maySumUp = true;
        two.pace(Pace.SNAPSHOT);
        one.pass(10 * HEARTBEAT_NS);
        replicator.onTick();
        assertThat(said()).noneMatch(each -> each.contains("snapshot"));
        two.snapshotNeed = SnapshotNeed.REBUILDING;
        one.pass(HEARTBEAT_NS);
        replicator.onTick();
        assertThat(said()).contains("2: snapshot 10");
    }

    @Test
    void anotherProcessOfItSaysForItselfWhatItNeeds() {
        two.snapshotNeed = SnapshotNeed.REBUILDING;
        new Reports(one.core, standbys, replicator, new Quorum(one.core)).onLinkUp(2);
        assertThat(two.snapshotNeed).isEqualTo(SnapshotNeed.NONE);
    }
}
