package dev.lockstep.engine.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.sbe.ChunkRequestDecoder;
import dev.lockstep.engine.sbe.MessageHeaderDecoder;
import dev.lockstep.storage.FrameRef;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whose turn it is to take a snapshot, and what the primary does. */
final class SnapshotRoundsTest {
    private static final Config CONFIG = ConfigTest.ofVoters(3);
    private static final long HEARTBEAT_NS = 1_000;

    private CoreOfOne one = new CoreOfOne(1, 1 << 10);
    private Standby two;
    private Standby three;
    private SnapshotFetcher fetcher;
    private SnapshotServer server;
    private CheckpointRounds checkpoints;
    private SnapshotRounds rounds;

    @BeforeEach
    void begin() {
        one.at(0, 0);
        one.beIn(CONFIG, 1);
        one.up(2, 1);
        one.up(3, 1);
        Standbys standbys = new Standbys(one.core);
        standbys.onConfigs();
        two = standbys.at(2);
        three = standbys.at(3);
        two.pace(Standby.Pace.LIVE);
        three.pace(Standby.Pace.LIVE);
        server = new SnapshotServer(one.core);
        fetcher = new SnapshotFetcher(one.core, null);
        checkpoints = new CheckpointRounds(one.core, standbys, null, new Handover(one.core), new HeardCheckpoints());
        rounds = new SnapshotRounds(one.core, standbys, fetcher, server, checkpoints);
    }

    private void beat() {
        one.pass(HEARTBEAT_NS);
        rounds.onBeat();
    }

    private void beat(int times) {
        for (int i = 0; i < times; i++) {
            one.pass(CoreOfOne.HEARTBEAT_NS);
            rounds.onBeat();
        }
    }

    @Test
    void oneAtATimeHasTheTurnUntilItsSnapshotIsNewEnough() {
        beat();
        assertThat(rounds.isTurnOf(two) || rounds.isTurnOf(three)).isFalse();
        two.snapshotNeed = SnapshotNeed.WANTED;
        three.snapshotNeed = SnapshotNeed.WANTED;
        beat();
        assertThat(rounds.isTurnOf(two)).isTrue();
        assertThat(rounds.isTurnOf(three)).isFalse();
        two.snapshotNeed = SnapshotNeed.TAKING;
        one.pass(one.core.turn.heartbeatNs() * 1_000);
        beat();
        assertThat(rounds.isTurnOf(two)).isTrue();
        two.snapshotNeed = SnapshotNeed.NONE;
        beat();
        assertThat(rounds.isTurnOf(three)).isTrue();
        assertThat(rounds.isTurnOf(two)).isFalse();
    }

    @Test
    void whoHasTheTurnAndDoesNotBeginLeavesItToTheNextOne() {
        two.snapshotNeed = SnapshotNeed.WANTED;
        three.snapshotNeed = SnapshotNeed.WANTED;
        beat();
        one.pass(one.core.turn.heartbeatNs() * 30);
        beat();
        assertThat(rounds.isTurnOf(three)).isTrue();
        one.pass(one.core.turn.heartbeatNs() * 30);
        beat();
        assertThat(rounds.isTurnOf(two)).isTrue();
        two.pace(Standby.Pace.CATCH_UP);
        beat();
        assertThat(rounds.isTurnOf(three)).isTrue();
    }

    /** It was its turn in the reign before, or somebody has asked it for one. */
    @Test
    void whoTakesOneAlreadyIsWaitedForThoughItHasNoTurn() {
        one.snapshots.need = SnapshotNeed.WANTED;
        two.snapshotNeed = SnapshotNeed.TAKING;
        three.snapshotNeed = SnapshotNeed.WANTED;
        beat(1_000);
        assertThat(rounds.isTurnOf(two) || rounds.isTurnOf(three)).isFalse();
        assertThat(one.snapshots.turns).as("one is on its way").isZero();
        two.snapshotNeed = SnapshotNeed.NONE;
        beat();
        assertThat(rounds.isTurnOf(three)).isTrue();
    }

    @Test
    void whoTakesOneAndIsBehindIsNotWaitedFor() {
        two.snapshotNeed = SnapshotNeed.TAKING;
        two.pace(Standby.Pace.CATCH_UP);
        three.snapshotNeed = SnapshotNeed.WANTED;
        beat();
        assertThat(rounds.isTurnOf(three)).isTrue();
    }

    @Test
    void thePrimaryTakesOneItselfOnlyWhereNobodyElseCould() {
        one.snapshots.need = SnapshotNeed.WANTED;
        beat();
        assertThat(one.snapshots.turns).isZero();
        two.pace(Standby.Pace.CATCH_UP);
        three.pace(Standby.Pace.CATCH_UP);
        beat();
        assertThat(one.snapshots.turns).as("they may be back soon").isZero();
        one.pass(one.core.turn.heartbeatNs() * 30);
        beat();
        assertThat(one.snapshots.turns).isOne();
        two.pace(Standby.Pace.LIVE);
        beat();
        beat();
        assertThat(one.snapshots.turns).isOne();
    }

    private void bring(Standby standby, FrameRef snapshot, int number) {
        CoreOfOne other = new CoreOfOne(standby.node, 1);
        other.core.outbox.chunkRequest(1, snapshot, number);
        var request = other.links.take().get(0).bytes();
        server.onRequest(
                standby.node,
                new ChunkRequestDecoder().wrapAndApplyHeader(request, 0, new MessageHeaderDecoder()),
                new GivenDuty(0));
    }

    /** Two newer ones would push out what it is brought, and it would begin anew for ever. */
    @Test
    void whileAMemberIsBroughtOneNobodyTakesTheNextUnlessItComesNoFarther() {
        FrameRef kept = new FrameRef(9, 2, 99);
        one.snapshots.keep(kept, CONFIG);
        one.snapshots.need = SnapshotNeed.WANTED;
        two.snapshotNeed = SnapshotNeed.WANTED;
        three.pace(Standby.Pace.SNAPSHOT);
        bring(three, kept, 0);
        beat();
        assertThat(rounds.isTurnOf(two)).isFalse();
        two.pace(Standby.Pace.CATCH_UP);
        for (int number = 1; number < MemorySnapshots.CHUNKS; number++) {
            beat(15);
            bring(three, kept, number);
        }
        beat(15);
        assertThat(one.snapshots.turns).as("it could: there is nobody else").isZero();
        bring(three, kept, 0); // it begins again
        bring(three, kept, 1);
        beat(10);
        assertThat(one.snapshots.turns).isPositive();
    }

    /** It follows, and has another state than most: what it is brought must not be gone before all has come. */
    @Test
    void soItIsWhereSomebodyLiveHasItsStateBuiltAnew() {
        FrameRef kept = new FrameRef(9, 2, 99);
        one.snapshots.keep(kept, CONFIG);
        two.snapshotNeed = SnapshotNeed.WANTED;
        for (SnapshotNeed each : List.of(SnapshotNeed.UNABLE, SnapshotNeed.REBUILDING)) {
            three.snapshotNeed = each;
            bring(three, kept, 0);
            beat();
            assertThat(rounds.isTurnOf(two)).as("%s", each).isFalse();
        }
        three.snapshotNeed = SnapshotNeed.NONE;
        beat();
        assertThat(rounds.isTurnOf(two)).isTrue();
    }

    /** What a standby has taken is compared once a second, however short a heartbeat is. */
    @Test
    void aPrimaryInAHurryLeavesASnapshotTheTimeToBeCompared() {
        one = CoreOfOne.withHeartbeat(1_000_000);
        begin();
        one.snapshots.need = SnapshotNeed.WANTED;
        two.checkpoints.hear(1, 70, 0);
        for (int i = 0; i < 11; i++) {
            one.pass(1_000_000_000);
            rounds.onBeat();
        }
        assertThat(one.snapshots.turns).isZero();
        one.pass(2_000_000_000);
        rounds.onBeat();
        assertThat(one.snapshots.turns).isPositive();
    }

    @Test
    void whoHasAllOfItOrIsGoneIsNotWaitedFor() {
        FrameRef kept = new FrameRef(9, 2, 99);
        one.snapshots.keep(kept, CONFIG);
        two.snapshotNeed = SnapshotNeed.WANTED;
        three.pace(Standby.Pace.SNAPSHOT);
        bring(three, kept, 1);
        three.pace(Standby.Pace.CATCH_UP);
        beat();
        assertThat(rounds.isTurnOf(two)).isTrue();
        two.snapshotNeed = SnapshotNeed.NONE;
        beat();
        three.pace(Standby.Pace.SNAPSHOT);
        bring(three, kept, 2);
        one.core.peers.onDown(3);
        two.snapshotNeed = SnapshotNeed.WANTED;
        beat();
        assertThat(rounds.isTurnOf(two)).isTrue();
    }

    @Test
    void whoIsToldThatItIsNotKeptIsNotWaitedFor() {
        two.snapshotNeed = SnapshotNeed.WANTED;
        three.pace(Standby.Pace.SNAPSHOT);
        bring(three, new FrameRef(9, 2, 99), 1);
        beat();
        assertThat(rounds.isTurnOf(two)).isTrue();
    }

    @Test
    void thePrimaryFetchesTheNewestOfWhatItHasCommitted() {
        FrameRef older = one.append(1, 3);
        FrameRef newer = one.append(1, 2);
        two.snapshot = older;
        three.snapshot = newer;
        beat();
        assertThat(fetcher.isFetching()).as("nothing of it is committed").isFalse();
        one.core.commitTo(newer.index());
        beat();
        assertThat(fetcher.isFetching()).isTrue();
        one.links.take();
        fetcher.onTick();
        assertThat(one.links.takeWords()).containsExactly("3: wants chunk 0 of 5");
    }

    @Test
    void whoAppliesNothingTakesNone() {
        one.snapshots.need = SnapshotNeed.WANTED;
        two.snapshotNeed = SnapshotNeed.UNABLE;
        three.snapshotNeed = SnapshotNeed.UNABLE;
        one.pass(one.core.turn.heartbeatNs() * 30);
        beat();
        assertThat(one.snapshots.turns).isOne();
    }

    @Test
    void aPrimaryForWhomNobodyTakesOneThatItCouldTrustTakesOneItselfInTheEnd() {
        one.snapshots.need = SnapshotNeed.WANTED;
        two.checkpoints.hear(1, 70, 0); // states are compared, and this one is never found right
        beat(390);
        assertThat(one.snapshots.turns).isZero();
        beat(30);
        assertThat(one.snapshots.turns).isPositive();
    }

    @Test
    void whatNobodyBringsAnyMoreLeavesRoomForItsOwn() {
        FrameRef newest = one.append(1, 3);
        one.core.commitTo(newest.index());
        two.snapshot = newest;
        beat();
        assertThat(fetcher.isFetching()).isTrue();
        fetcher.onTick();
        two.pace(Standby.Pace.PROBE);
        three.pace(Standby.Pace.PROBE);
        beat(30);
        assertThat(fetcher.isFetching()).as("it is not due").isTrue();
        one.snapshots.need = SnapshotNeed.WANTED;
        beat(30);
        assertThat(fetcher.isFetching()).isFalse();
        assertThat(one.snapshots.isComing()).isFalse();
        assertThat(one.snapshots.turns).isPositive();
    }
}
