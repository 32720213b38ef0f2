package dev.lockstep.engine.replica;

import static dev.lockstep.engine.replica.CoreOfOne.HEARTBEAT_NS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.engine.MemberKind;
import dev.lockstep.engine.Mode;
import dev.lockstep.engine.replica.NotingLinks.Said;
import dev.lockstep.engine.sbe.ChunkDecoder;
import dev.lockstep.engine.sbe.ChunkRequestDecoder;
import dev.lockstep.engine.sbe.MessageHeaderDecoder;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.StorageException;
import java.util.Set;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Node 1 fetches a snapshot up to index 9 from nodes 2 and 3; its own log holds indexes 1 to 3, and up to 1 is committed. */
final class SnapshotFetcherTest {
    private static final Config CONFIG = ConfigTest.ofVoters(3);
    private static final Config LATER_CONFIG = CONFIG.withMode(Mode.ASYNC);
    private static final FrameRef SNAPSHOT = new FrameRef(9, 2, 99);
    /** Of chunks of 24 bytes, at 64 MiB a second. */
    private static final long PACE_NS = 357;

    private static final long PATIENCE_NS = 8 * HEARTBEAT_NS;
    private static final long RETRY_NS = 30_000_000_000L;

    private final CoreOfOne one = new CoreOfOne();
    private final CoreOfOne two = new CoreOfOne(2, 1);
    private final CoreOfOne three = new CoreOfOne(3, 1);
    private final SnapshotFetcher fetcher =
            new SnapshotFetcher(one.core, new Cutter(one.core, one.orphans, new Told()));

    @BeforeEach
    void begin() {
        one.at(1_000_000_000, 0);
        one.beIn(CONFIG, 4);
        one.up(2, 1);
        one.up(3, 1);
        for (int i = 0; i < 3; i++) {
            one.append(1, 1);
        }
        one.core.commit.advanceTo(1);
        one.snapshots.expect(LATER_CONFIG);
        two.snapshots.keep(SNAPSHOT, LATER_CONFIG);
        three.snapshots.keep(SNAPSHOT, LATER_CONFIG);
    }

    /** @return what is asked for in this turn; null if nothing is */
    private Said ask() {
        fetcher.onTick();
        var said = one.links.take();
        return said.isEmpty() ? null : said.get(0);
    }

    private static Said chunk(CoreOfOne server, Said request) {
        new SnapshotServer(server.core)
                .onRequest(
                        1,
                        new ChunkRequestDecoder().wrapAndApplyHeader(request.bytes(), 0, new MessageHeaderDecoder()),
                        new GivenDuty(0));
        return server.links.take().get(0);
    }

    private void give(CoreOfOne from, Said chunk) {
        fetcher.onChunk(
                from.core.self(),
                new ChunkDecoder().wrapAndApplyHeader(chunk.bytes(), 0, new MessageHeaderDecoder()),
                chunk.bytes(),
                Outbox.CHUNK_LENGTH,
                chunk.bytes().capacity() - Outbox.CHUNK_LENGTH);
    }

    /** The next one may be asked for then. */
    private void giveInTime(CoreOfOne from, Said chunk) {
        give(from, chunk);
        one.pass(PACE_NS);
    }

    @Test
    void itIsAskedForNoFasterThanCommitsCanBear() {
        fetcher.onOffer(2, SNAPSHOT);
        give(two, chunk(two, ask()));
        one.pass(PACE_NS - 1);
        assertThat(ask()).isNull();
        one.pass(1);
        assertThat(ask()).hasToString("2: wants chunk 1 of 9");
    }

    private void fetchFrom(CoreOfOne server, int firstChunk) {
        for (int number = firstChunk; number < MemorySnapshots.CHUNKS; number++) {
            Said request = ask();
            assertThat(request).hasToString(server.core.self() + ": wants chunk " + number + " of 9");
            giveInTime(server, chunk(server, request));
        }
    }

    @Test
    void whatHasComeIsToldAndNotWhatThisNodeHasTakenItself() {
        fetcher.onOffer(2, SNAPSHOT);
        assertThat(fetcher.fetched()).isNull();
        fetchFrom(two, 0);
        fetcher.onTick();
        assertThat(fetcher.fetched()).isEqualTo(SNAPSHOT);
        FrameRef taken = new FrameRef(12, 2, 77);
        one.snapshots.isLater = true;
        fetcher.onOffer(2, taken);
        fetcher.onTick();
        one.snapshots.isLater = false;
        one.snapshots.keep(taken, LATER_CONFIG);
        fetcher.onTick();
        assertThat(fetcher.isFetching()).isFalse();
        assertThat(fetcher.fetched()).isNull();
    }

    private void checkThatTheLogBeginsBehindIt() {
        assertThat(one.core.log.base()).isEqualTo(SNAPSHOT);
        assertThat(one.core.log.last()).isEqualTo(SNAPSHOT);
        assertThat(one.core.commit.index()).isEqualTo(9);
        assertThat(one.core.config()).isEqualTo(LATER_CONFIG);
        assertThat(one.listener.installed).containsExactly(SNAPSHOT);
    }

    @Test
    void itIsFetchedChunkByChunkAndThenTheLogBeginsBehindIt() {
        fetcher.onOffer(2, SNAPSHOT);
        fetchFrom(two, 0);
        assertThat(one.core.log.lastIndex()).isEqualTo(3);
        assertThat(ask()).isNull();
        assertThat(fetcher.isFetching()).isFalse();
        checkThatTheLogBeginsBehindIt();
        assertThat(one.orphans.kept).hasSize(2); // nobody knew whether they were committed
    }

    @Test
    void whatHasComeIsNotAskedForAgainWhenItIsOfferedAgain() {
        fetcher.onOffer(2, SNAPSHOT);
        giveInTime(two, chunk(two, ask()));
        fetcher.onOffer(2, SNAPSHOT);
        fetcher.onOffer(3, new FrameRef(12, 2, 12));
        fetchFrom(two, 1);
        ask();
        checkThatTheLogBeginsBehindIt();
    }

    @Test
    void whoDoesNotAnswerIsLeftForAnotherOneAfterAWhile() {
        fetcher.onOffer(2, SNAPSHOT);
        giveInTime(two, chunk(two, ask()));
        assertThat(ask()).hasToString("2: wants chunk 1 of 9");
        one.pass(PATIENCE_NS);
        assertThat(ask()).isNull();
        one.pass(1);
        Said request = ask();
        assertThat(request).hasToString("3: wants chunk 1 of 9");
        giveInTime(three, chunk(three, request));
        fetchFrom(three, 2);
    }

    @Test
    void whoseLinkIsDownIsNotAsked() {
        fetcher.onOffer(2, SNAPSHOT);
        giveInTime(two, chunk(two, ask()));
        one.core.peers.onDown(2);
        assertThat(ask()).hasToString("3: wants chunk 1 of 9");
    }

    @Test
    void whoKeepsItNoMoreIsLeftForAnotherOneInAHeartbeatAndAnyOfferIsHeardThen() {
        fetcher.onOffer(2, SNAPSHOT);
        FrameRef newer = new FrameRef(12, 2, 12);
        two.snapshots.keep(newer, CONFIG);
        give(two, chunk(two, ask()));
        one.pass(HEARTBEAT_NS - 1);
        assertThat(ask()).isNull();
        one.pass(1);
        assertThat(ask()).hasToString("3: wants chunk 0 of 9");
        fetcher.onOffer(2, newer);
        assertThat(ask()).hasToString("2: wants chunk 0 of 12");
    }

    @Test
    void whatNobodyKeepsIsAskedForOnceOfEach() {
        FrameRef newer = new FrameRef(12, 2, 12);
        fetcher.onOffer(2, SNAPSHOT);
        two.snapshots.keep(newer, CONFIG);
        three.snapshots.keep(newer, CONFIG);
        give(two, chunk(two, ask()));
        one.pass(HEARTBEAT_NS);
        give(three, chunk(three, ask()));
        assertThat(fetcher.isFetching()).isFalse();
        one.pass(PATIENCE_NS);
        assertThat(ask()).isNull();
    }

    /** It saves, or has paused: the other one was asked twice, and what had come was thrown away. */
    @Test
    void whoIsSilentIsWaitedForThoughAllOthersHaveSaidThatTheyDoNotKeepIt() {
        three.snapshots.keep(new FrameRef(12, 2, 12), CONFIG);
        fetcher.onOffer(2, SNAPSHOT);
        giveInTime(two, chunk(two, ask()));
        assertThat(ask()).hasToString("2: wants chunk 1 of 9");
        one.pass(PATIENCE_NS + 1);
        Said request = ask();
        assertThat(request).hasToString("3: wants chunk 1 of 9");
        give(three, chunk(three, request));
        one.pass(HEARTBEAT_NS);
        for (int i = 0; i < 5; i++) {
            assertThat(ask()).hasToString("2: wants chunk 1 of 9");
            assertThat(ask()).isNull();
            one.pass(PATIENCE_NS + 1);
        }
        request = ask();
        assertThat(fetcher.isFetching()).isTrue();
        giveInTime(two, chunk(two, request));
        fetchFrom(two, 2);
        ask();
        checkThatTheLogBeginsBehindIt();
    }

    @Test
    void whileItIsKeptSomewhereANewerOneIsNotBegunInItsPlace() {
        FrameRef newer = new FrameRef(12, 2, 12);
        three.snapshots.keep(newer, CONFIG);
        fetcher.onOffer(2, SNAPSHOT);
        giveInTime(two, chunk(two, ask()));
        ask();
        one.pass(PATIENCE_NS + 1);
        give(three, chunk(three, ask()));
        one.pass(HEARTBEAT_NS);
        fetcher.onOffer(2, newer);
        fetchFrom(two, 1);
        ask();
        checkThatTheLogBeginsBehindIt();
    }

    @Test
    void aWitnessIsNotAsked() {
        one.begin(1, ConfigTest.of(ConfigTest.voter(1), ConfigTest.voter(2), ConfigTest.member(3, MemberKind.WITNESS)));
        fetcher.onOffer(2, SNAPSHOT);
        giveInTime(two, chunk(two, ask()));
        assertThat(ask()).hasToString("2: wants chunk 1 of 9");
        one.core.peers.onDown(2);
        one.pass(PATIENCE_NS + 1);
        assertThat(ask()).hasToString("2: wants chunk 1 of 9");
        assertThat(one.snapshots.isComing())
                .as("what has come stays until it is back")
                .isTrue();
        one.up(2, 2);
        one.pass(PATIENCE_NS + 1);
        fetchFrom(two, 1);
        ask();
        assertThat(one.core.log.base()).isEqualTo(SNAPSHOT);
    }

    @Test
    void ifWhoKeepsItIsGoneAndAllOthersDoNotKeepItNobodyIsWaitedFor() {
        three.snapshots.keep(new FrameRef(12, 2, 12), CONFIG);
        fetcher.onOffer(2, SNAPSHOT);
        giveInTime(two, chunk(two, ask()));
        ask();
        one.pass(PATIENCE_NS + 1);
        give(three, chunk(three, ask()));
        one.core.peers.onDown(2);
        one.pass(PATIENCE_NS + 1);
        assertThat(ask()).isNull();
        assertThat(fetcher.isFetching()).isFalse();
        assertThat(one.snapshots.isComing()).isFalse();
    }

    @Test
    void whatComesBetweenTwoEmptyAnswersShowsThatItIsKept() {
        fetcher.onOffer(2, SNAPSHOT);
        Said first = chunk(three, new Said(3, requestFor(SNAPSHOT)));
        two.snapshots.keep(new FrameRef(12, 2, 12), CONFIG);
        give(two, chunk(two, ask()));
        give(three, first);
        Said request = ask();
        assertThat(request).hasToString("3: wants chunk 1 of 9");
        three.snapshots.keep(new FrameRef(12, 2, 12), CONFIG);
        give(three, chunk(three, request));
        assertThat(fetcher.isFetching()).isTrue();
    }

    @Test
    void nothingIsFetchedOfAnEpochThatIsLeft() {
        fetcher.onOffer(2, SNAPSHOT);
        ask();
        fetcher.drop();
        assertThat(fetcher.isFetching()).isFalse();
        assertThat(ask()).isNull();
    }

    @Test
    void whatIsHereAndNotInstalledIsSetAsideWithTheBranchThatIsLeft() {
        one.journal.isFull = true;
        fetcher.onOffer(2, new FrameRef(3, 2, 33));
        one.snapshots.keep(new FrameRef(3, 2, 33), CONFIG); // the log holds another frame there
        fetcher.onTick();
        assertThat(fetcher.isInstallDue()).isTrue();
        fetcher.orphanBeyond(7);
        assertThat(one.snapshots.newest()).isNull();
        assertThat(fetcher.isInstallDue()).isFalse();
    }

    @Test
    void whatTheLogHoldsIsKeptWithTheBranchThatStays() {
        FrameRef held = one.core.log.holding(2);
        one.snapshots.keep(held, CONFIG);
        fetcher.orphanBeyond(2);
        assertThat(one.snapshots.newest().last()).isEqualTo(held);
    }

    /** The log has gone on in a newer epoch, and what is committed there stands at the same indexes. */
    @Test
    void aSnapshotOfAnOlderEpochIsNotInstalled() {
        Fork fork = new Fork(CONFIG.epoch(), one.core.log.last(), 4, one.core.identity());
        one.append(4, CONFIG.founding(2, fork, Set.of(1)));
        one.snapshots.keep(SNAPSHOT, CONFIG);
        fetcher.onTick();
        assertThat(fetcher.isInstallDue()).isFalse();
        assertThat(one.listener.installed).isEmpty();
        assertThat(one.core.log.lastIndex()).isEqualTo(3);
    }

    @Test
    void nothingIsInstalledByWhoYields() {
        one.core.promises.beginToYield(new Term(2, 9));
        one.snapshots.keep(SNAPSHOT, CONFIG);
        fetcher.onTick();
        assertThat(fetcher.isInstallDue()).isFalse();
        assertThat(one.listener.installed).isEmpty();
    }

    /** So long nothing is appended to the log. */
    @Test
    void withoutRoomToNoteTheConfigurationItWaitsAsWell() {
        one.snapshots.keep(SNAPSHOT, LATER_CONFIG);
        one.ballots.roomFor(0);
        assertThatThrownBy(fetcher::onTick).isInstanceOf(StorageException.DiskFull.class);
        assertThat(fetcher.isInstalling()).isTrue();
        one.ballots.roomFor(9);
        fetcher.onTick();
        assertThat(fetcher.isInstalling()).isFalse();
        checkThatTheLogBeginsBehindIt();
    }

    @Test
    void aChunkThatIsDamagedIsAskedForAgain() {
        fetcher.onOffer(2, SNAPSHOT);
        Said chunk = chunk(two, ask());
        chunk.bytes().putByte(Outbox.CHUNK_LENGTH, (byte) 77);
        give(two, chunk);
        assertThat(ask()).isNull();
        one.pass(PATIENCE_NS + 1);
        assertThat(ask()).hasToString("3: wants chunk 0 of 9");
    }

    @Test
    void aChunkOfAnotherSnapshotOrOneThatNobodyAskedForChangesNothing() {
        Said early = chunk(two, new Said(2, requestFor(SNAPSHOT)));
        give(two, early);
        fetcher.onOffer(2, SNAPSHOT);
        Said request = ask();
        FrameRef other = new FrameRef(9, 2, 98);
        three.snapshots.keep(other, CONFIG);
        give(three, chunk(three, new Said(3, requestFor(other))));
        assertThat(ask()).isNull();
        give(two, chunk(two, request));
        one.pass(PACE_NS);
        fetchFrom(two, 1);
    }

    private UnsafeBuffer requestFor(FrameRef snapshot) {
        two.core.outbox.chunkRequest(1, snapshot, 0);
        return two.links.take().get(0).bytes();
    }

    @Test
    void anOfferOfWhatIsHereIsRefused() {
        fetcher.onOffer(2, one.core.log.last());
        assertThat(fetcher.isFetching()).isFalse();
        one.core.commit.advanceTo(3);
        fetcher.onOffer(2, new FrameRef(3, 2, 33));
        assertThat(fetcher.isFetching()).isFalse();
        assertThat(ask()).isNull();
    }

    @Test
    void anOfferOfAnotherHistoryIsTakenWhereNothingIsKnownToBeCommitted() {
        fetcher.onOffer(2, new FrameRef(3, 2, 33));
        assertThat(ask()).hasToString("2: wants chunk 0 of 3");
    }

    @Test
    void whatIsOfNoUseAnyMoreIsGivenUp() {
        fetcher.onOffer(2, SNAPSHOT);
        ask();
        one.snapshots.gone.add(SNAPSHOT);
        assertThat(ask()).isNull();
        assertThat(fetcher.isFetching()).isFalse();
    }

    @Test
    void itWaitsForItsOwnDevice() {
        fetcher.onOffer(2, SNAPSHOT);
        one.snapshots.isLater = true;
        assertThat(ask()).isNull();
        assertThat(fetcher.isFetching()).isTrue();
        one.snapshots.isLater = false;
        fetchFrom(two, 0);
    }

    /** What it has taken of the disk is given back; the journal and the ballot want room there, too. */
    @Test
    void whatDoesNotFitTheDiskIsGivenUpAndNoneIsFetchedForAWhile() {
        FrameRef newer = new FrameRef(12, 2, 12);
        fetcher.onOffer(2, SNAPSHOT);
        giveInTime(two, chunk(two, ask()));
        one.snapshots.isFull = true;
        assertThatThrownBy(fetcher::onTick).isInstanceOf(StorageException.DiskFull.class);
        one.snapshots.isFull = false;
        assertThat(fetcher.isFetching()).isFalse();
        assertThat(one.snapshots.isComing()).isFalse();
        assertThat(fetcher.isAwaited(SNAPSHOT)).isTrue();
        one.pass(RETRY_NS - 1);
        fetcher.onOffer(2, SNAPSHOT);
        fetcher.onOffer(3, newer);
        fetcher.keep(3, one.core.log.holding(1));
        assertThat(ask()).isNull();
        assertThat(fetcher.isFetching()).isFalse();
        one.pass(1);
        assertThat(ask()).as("it is offered again").isNull();
        fetcher.onOffer(2, SNAPSHOT);
        fetchFrom(two, 0);
        ask();
        checkThatTheLogBeginsBehindIt();
    }

    @Test
    void anOfferOfWhatIsHereIsAnsweredWhileNoneIsFetched() {
        fetcher.onOffer(2, SNAPSHOT);
        one.snapshots.isFull = true;
        assertThatThrownBy(fetcher::onTick).isInstanceOf(StorageException.DiskFull.class);
        assertThat(fetcher.isAwaited(one.core.log.last())).isFalse();
    }

    @Test
    void withoutRoomForTheNoteOfItTheLogStaysUntilThereIs() {
        fetcher.onOffer(2, SNAPSHOT);
        fetchFrom(two, 0);
        one.journal.isFull = true;
        ask();
        ask();
        assertThat(one.core.log.lastIndex()).isEqualTo(3);
        assertThat(one.core.commit.index()).isEqualTo(1);
        assertThat(one.listener.installed).isEmpty();
        one.journal.isFull = false;
        ask();
        checkThatTheLogBeginsBehindIt();
        assertThat(one.orphans.kept).hasSize(2); // once
    }
}
