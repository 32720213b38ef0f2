package dev.lockstep.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.Role;
import dev.lockstep.engine.Snapshot;
import dev.lockstep.engine.SnapshotInput;
import dev.lockstep.engine.replica.CheckpointVotes;
import dev.lockstep.engine.testing.MemoryJournal;
import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.Disk;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.journal.JournalSettings;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import dev.lockstep.storage.testing.FrameMaker;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An applier whose log begins behind what comes next, and which is brought snapshots. */
final class RebuildingTest {
    private static final long HEARTBEAT_NS = 1_000;
    private static final long PATIENCE_NS = 8 * HEARTBEAT_NS;
    private static final long LONG_PATIENCE_NS = 4_500_000_000L;
    private static final CheckpointVotes DISPUTE =
            new CheckpointVotes(1, 2, 2, new int[] {1, 2}, new long[] {1, 2}, new long[] {7, 8});

    /** A state machine that does not always load what it is given. */
    private static final class Choosy extends Blob {
        private int loads;
        private boolean isUnloadable;

        @Override
        public void load(SnapshotInput in) {
            loads++;
            if (isUnloadable) {
                throw new ArithmeticException("unlucky");
            }
            super.load(in);
        }
    }

    @TempDir
    private Path directory;

    private final FrameMaker maker = new FrameMaker(64);
    private final MemoryJournal journal = new MemoryJournal();
    private final NodeState node = new NodeState();
    private final Choosy machine = new Choosy();
    private WorkedSnapshots snapshots;
    private StateSnapshots ofState;
    private Applier applier;
    private ApplierPlace place;
    private final Standing standing = new Standing();
    private RebuildDesk desk;

    @BeforeEach
    void strand() {
        snapshots = new WorkedSnapshots(Disk.system(), directory, 4096);
        ofState = new StateSnapshots(snapshots.store, snapshots.turn);
        applier = new Applier(
                1,
                journal,
                replies -> new AppliedState(machine, 64, new SessionLimits(4, 1_000, 1_000, 100), replies),
                node,
                new SubmitterLanes(1, 8, 64, () -> {}),
                () -> 0,
                index -> {});
        place = new ApplierPlace(new ApplierPlace.Parts(
                applier,
                new ServedReads(applier),
                new Rebuilding(snapshots.store, ofState, new MemoryState(machine, 1)),
                new OwnSnapshots(
                        SnapshotRule.of(Snapshot.never(), JournalSettings.UNBOUNDED, 0),
                        new JournalRoom(journal, JournalSettings.DEFAULT),
                        snapshots.store,
                        snapshots.turn,
                        applier,
                        node,
                        () -> 0,
                        thrown -> {}),
                ofState,
                node,
                () -> 0,
                () -> {}));
        desk = new RebuildDesk(place, applier, Runnable::run, HEARTBEAT_NS);
        desk.serve(standing);
        bring();
        journal.compactBelow(journal.appendedIndex() + 1);
        place.begin(0); // what was brought is not known to be committed, and is of no use yet
        work();
        assertThat(applier.isStranded()).isTrue();
    }

    @AfterEach
    void close() {
        place.endInBackground();
        snapshots.close();
    }

    /** A standby of several. */
    private static final class Standing implements RebuildDesk.Node {
        private boolean isFetching;
        private FrameRef fetched;
        private boolean isPrimaryKnown = true;

        @Override
        public Role role() {
            return Role.STANDBY;
        }

        @Override
        public boolean isOneOfSeveral() {
            return true;
        }

        @Override
        public boolean isPrimaryKnown() {
            return isPrimaryKnown;
        }

        @Override
        public boolean isFetchingSnapshot() {
            return isFetching;
        }

        @Override
        public FrameRef fetchedSnapshot() {
            return fetched;
        }
    }

    /** A snapshot comes of all that is in the log, and one frame more. */
    private void bring() {
        maker.term(1).next(1, 1);
        journal.append(maker.buffer(), 0, maker.length());
        SnapshotManifest manifest =
                new SnapshotManifest(journal.appended(), new ClusterId(7), 1, 1, 1, new UnsafeBuffer(new byte[1]));
        StateParts parts = applier.state().parts();
        assertThat(ofState.take(manifest, new SnapshotOrder(0, 0, () -> false), parts))
                .isEqualTo(StateSnapshots.Taking.PUBLISHED);
    }

    /** All that is in the log may be applied: what a snapshot has of it is of use. */
    private void commit() {
        node.publish(journal.appendedIndex(), journal.appendedIndex());
    }

    private void work() {
        for (int turns = 0; turns < 5; turns++) {
            place.workAtHome(0);
            place.workInBackground();
        }
    }

    private void checkThatItHasFailed() {
        assertThat(applier.failure()).hasRootCauseInstanceOf(ArithmeticException.class);
    }

    @Test
    void aSnapshotThatCannotBeLoadedIsNotLoadedAgainAndTheNextOneIs() {
        machine.isUnloadable = true;
        commit();
        work();
        checkThatItHasFailed();
        assertThat(machine.loads).isEqualTo(1);
        bring();
        commit();
        work();
        checkThatItHasFailed();
        assertThat(machine.loads).isEqualTo(2);
        bring();
        machine.isUnloadable = false;
        commit();
        work();
        assertThat(machine.loads).isEqualTo(3);
        assertThat(applier.failure()).isNull();
        assertThat(applier.isStranded()).isFalse();
        assertThat(applier.appliedIndex()).isEqualTo(3);
    }

    @Test
    void oneBehindWhichTheLogBeginsAnewIsNotLoadedAgainEither() {
        machine.isUnloadable = true;
        commit();
        place.load(journal.appended());
        work();
        checkThatItHasFailed();
        assertThat(machine.loads).isEqualTo(1);
    }

    @Test
    void whoeverRebuildsTheStateHearsThatItCannotBeLoadedAndMayTryAgain() {
        machine.isUnloadable = true;
        commit();
        work();
        CompletableFuture<Void> first = rebuild(0);
        assertThat(first).isDone();
        assertThatThrownBy(first::join).hasRootCauseInstanceOf(ArithmeticException.class);
        assertThat(machine.loads).as("he may have mended what was wrong").isEqualTo(2);
        machine.isUnloadable = false;
        assertThat(rebuild(100 * HEARTBEAT_NS)).isCompleted();
        assertThat(applier.failure()).isNull();
    }

    @Test
    void whoeverRebuildsTheStateWaitsForASnapshotWhereNoneIsOfUse() {
        CompletableFuture<Void> rebuilt = rebuild(0);
        assertThat(rebuilt).isNotDone();
        assertThat(applier.failure()).isInstanceOf(EngineException.class);
        commit();
        work();
        desk.onTick(100 * HEARTBEAT_NS);
        assertThat(rebuilt).isCompleted();
    }

    /** All is here that the log needs; what comes from the primary is wanted all the same. */
    private CompletableFuture<Void> askWhereNothingIsWrong() {
        commit();
        work();
        assertThat(applier.failure()).isNull();
        CompletableFuture<Void> future = new CompletableFuture<>();
        desk.ask(future);
        desk.onTick(0);
        assertThat(machine.loads).isEqualTo(1);
        return future;
    }

    private CompletableFuture<Void> askWhereItIsDisputed() {
        CompletableFuture<Void> future = askWhereNothingIsWrong();
        applier.state().checkpoints().dispute(DISPUTE);
        return future;
    }

    private void bringFromThePrimary() {
        standing.isFetching = true;
        desk.onTick(1);
        bring();
        commit();
        standing.isFetching = false;
        standing.fetched = journal.appended();
    }

    private int loadsAfter(long nowNs) {
        desk.onTick(nowNs);
        work();
        return machine.loads;
    }

    @Test
    void whileASnapshotComesNothingIsRebuiltAndIfItDoesNotComeAnotherOneMay() {
        CompletableFuture<Void> rebuilt = askWhereNothingIsWrong();
        standing.isFetching = true;
        assertThat(loadsAfter(50 * PATIENCE_NS)).isEqualTo(1);
        standing.isFetching = false;
        assertThat(loadsAfter(51 * PATIENCE_NS - 1)).isEqualTo(1);
        assertThat(loadsAfter(51 * PATIENCE_NS)).isEqualTo(2);
        desk.onTick(52 * PATIENCE_NS);
        assertThat(rebuilt).isCompleted();
    }

    @Test
    void whereThereIsNoPrimaryItIsWaitedForButNotForEver() {
        CompletableFuture<Void> rebuilt = askWhereNothingIsWrong();
        standing.isPrimaryKnown = false;
        assertThat(loadsAfter(10 * PATIENCE_NS)).isEqualTo(1);
        standing.isPrimaryKnown = true;
        assertThat(loadsAfter(11 * PATIENCE_NS - 1)).isEqualTo(1);
        standing.isPrimaryKnown = false;
        assertThat(loadsAfter(LONG_PATIENCE_NS)).isEqualTo(2);
        desk.onTick(2 * LONG_PATIENCE_NS);
        assertThat(rebuilt).isCompleted();
    }

    @Test
    void whatIsDisputedIsNotRebuiltFromWhatIsHere() {
        CompletableFuture<Void> rebuilt = askWhereItIsDisputed();
        assertThat(loadsAfter(PATIENCE_NS)).isEqualTo(1);
        assertThatThrownBy(rebuilt::join)
                .hasCauseInstanceOf(EngineException.ActRefused.class)
                .hasMessageContaining("at index 1: node 1 says 7, node 2 says 8")
                .hasMessageContaining("Engine.snapshot()");
        assertThat(applier.wish().isPrimaryRight()).isFalse();
    }

    @Test
    void whatIsDisputedIsRebuiltFromWhatHasComeFromThePrimary() {
        CompletableFuture<Void> rebuilt = askWhereItIsDisputed();
        bringFromThePrimary();
        assertThat(loadsAfter(1 + PATIENCE_NS)).isEqualTo(2);
        desk.onTick(2 * PATIENCE_NS);
        assertThat(rebuilt).isCompleted();
    }

    /** It has thrown, perhaps because its state is wrong: nobody has said that this one is right. */
    @Test
    void norIfTheStateMachineHasThrown() {
        CompletableFuture<Void> rebuilt = askWhereItIsDisputed();
        applier.stop(new EngineException("unlucky"));
        assertThat(loadsAfter(PATIENCE_NS)).isEqualTo(1);
        assertThat(rebuilt).isCompletedExceptionally();
    }

    @Test
    void whatHasComeAndCannotBeLoadedIsNotReplacedByWhatIsHere() {
        CompletableFuture<Void> rebuilt = askWhereItIsDisputed();
        bringFromThePrimary();
        machine.isUnloadable = true;
        assertThat(loadsAfter(1 + PATIENCE_NS)).isEqualTo(2);
        desk.onTick(2 * PATIENCE_NS);
        assertThat(rebuilt).isCompletedExceptionally();
        assertThat(applier.failure()).hasMessageContaining("the others may be wrong");
        assertThat(applier.dispute()).as("nobody has settled it").isSameAs(DISPUTE);
        machine.isUnloadable = false;
        standing.fetched = null;
        assertThat(rebuild(100 * PATIENCE_NS)).isCompletedExceptionally();
        assertThat(machine.loads).isEqualTo(2);
    }

    /** It was being taken when that was asked, and is newer than what has come. */
    @Test
    void whatThisNodeHasTakenMeanwhileIsNotLoadedInPlaceOfThat() {
        CompletableFuture<Void> rebuilt = askWhereItIsDisputed();
        standing.isFetching = true;
        desk.onTick(1);
        machine.bytes(new byte[] {1});
        bring();
        standing.fetched = journal.appended();
        machine.bytes(new byte[] {2});
        bring();
        commit();
        standing.isFetching = false;
        assertThat(loadsAfter(2)).isEqualTo(1);
        assertThat(loadsAfter(1 + PATIENCE_NS)).isEqualTo(2);
        desk.onTick(2 * PATIENCE_NS);
        assertThat(rebuilt)
                .as("what is behind it in the log cannot be applied here")
                .isCompletedExceptionally();
        assertThat(machine.bytes()).containsExactly(1);
    }

    @Test
    void whatThisNodeHasTakenItselfSinceIsNotThePrimarys() {
        CompletableFuture<Void> rebuilt = askWhereItIsDisputed();
        standing.isFetching = true;
        desk.onTick(1);
        standing.isFetching = false;
        desk.onTick(2);
        bring();
        commit();
        work();
        assertThat(loadsAfter(1 + PATIENCE_NS)).isEqualTo(1);
        assertThat(rebuilt).isCompletedExceptionally();
    }

    private CompletableFuture<Void> rebuild(long nowNs) {
        CompletableFuture<Void> future = new CompletableFuture<>();
        desk.ask(future);
        desk.onTick(nowNs);
        desk.onTick(nowNs + PATIENCE_NS);
        work();
        desk.onTick(nowNs + PATIENCE_NS + 1);
        return future;
    }
}
