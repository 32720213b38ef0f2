package dev.lockstep.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.engine.Cluster;
import dev.lockstep.engine.Command;
import dev.lockstep.engine.Reply;
import dev.lockstep.engine.Snapshot;
import dev.lockstep.engine.SnapshotInput;
import dev.lockstep.engine.SnapshotOutput;
import dev.lockstep.engine.StateMachine;
import dev.lockstep.engine.replica.Skip;
import dev.lockstep.engine.testing.MemoryJournal;
import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.Disk;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.frame.FrameEncoder;
import dev.lockstep.storage.frame.FrameType;
import dev.lockstep.storage.journal.JournalSettings;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an applier does with what goes wrong while it applies. */
final class ApplierTest implements StateMachine {
    private static final long SESSION = SessionIds.make(9, 0, 1);
    private static final int POISON = 13;
    /** A command from here on schedules timers: as many as it is greater. */
    private static final int SCHEDULING = 1_000;

    @TempDir
    private Path directory;

    private final MemoryJournal journal = new MemoryJournal();
    private final NodeState node = new NodeState();
    private final FrameEncoder encoder = new FrameEncoder(1 << 10, 1 << 10);
    /** The state: what was applied, also by halves. */
    private final List<Long> applied = new ArrayList<>();

    /** What a load leaves that has not come to its end. */
    private static final long UNFINISHED = -1;

    private Runnable onReply = () -> {};
    private long nowNs;
    private int loads;
    private boolean isUnloadable;
    private WorkedSnapshots snapshots;
    private Applier applier;
    private ApplierPlace place;
    private Cluster cluster;
    private long timeNs = 1;
    private final List<Throwable> failures = new ArrayList<>();
    private OwnSnapshots own;

    @BeforeEach
    void begin() {
        snapshots = new WorkedSnapshots(Disk.system(), directory, 4096);
        start();
        place.begin(0);
        encoder.start(FrameType.SESSION);
        CommandHead.writeSession(
                encoder.buffer(), encoder.claim(CommandHead.SESSION_LENGTH), SESSION, IngressEntry.OPEN);
        append();
    }

    /** Another process begins, and has applied nothing. */
    private void start() {
        applied.clear();
        applier = new Applier(
                1,
                journal,
                replies -> new AppliedState(
                        this,
                        64,
                        new SessionLimits(4, 1_000, 1_000, 100),
                        (session, sequence, isSilent, reply) -> onReply.run()),
                node,
                new SubmitterLanes(1, 8, 64, () -> {}),
                () -> 0,
                index -> {});
        StateSnapshots ofState = new StateSnapshots(snapshots.store, snapshots.turn);
        own = new OwnSnapshots(
                SnapshotRule.of(Snapshot.never(), JournalSettings.UNBOUNDED, 0),
                new JournalRoom(journal, JournalSettings.DEFAULT),
                snapshots.store,
                snapshots.turn,
                applier,
                node,
                () -> 0,
                failures::add);
        place = new ApplierPlace(new ApplierPlace.Parts(
                applier,
                new ServedReads(applier),
                new Rebuilding(snapshots.store, ofState, new MemoryState(this, 1)),
                own,
                ofState,
                node,
                () -> nowNs,
                () -> {}));
    }

    /** Keeps a snapshot of what was applied, which is all, and lets the log begin behind it. */
    private void compact() {
        save();
        journal.compactBelow(journal.appendedIndex() + 1);
    }

    private void save() {
        SnapshotManifest manifest =
                new SnapshotManifest(journal.appended(), new ClusterId(7), 1, 1, 1, new UnsafeBuffer(new byte[1]));
        StateSnapshots taker = new StateSnapshots(snapshots.store, snapshots.turn);
        assertThat(taker.take(
                        manifest,
                        new SnapshotOrder(0, 0, () -> false),
                        applier.state().parts()))
                .isEqualTo(StateSnapshots.Taking.PUBLISHED);
    }

    @Override
    public void onStart(Cluster newCluster) {
        cluster = newCluster;
    }

    /** Shows as a negative number. */
    @Override
    public void onTimer(long id, long deadlineNs) {
        applied.add(-id);
    }

    @Override
    public void apply(Command command, Reply reply) {
        applied.add(command.payload().getLong(0));
        for (long id = 1; id <= command.payload().getLong(0) - SCHEDULING; id++) {
            cluster.schedule(id, 100);
        }
        if (command.payload().getLong(0) == POISON) {
            throw new ArithmeticException("unlucky");
        }
    }

    @Override
    public void save(SnapshotOutput out) {
        out.putInt(applied.size());
        applied.forEach(out::putLong);
    }

    @Override
    public void load(SnapshotInput in) {
        loads++;
        applied.clear();
        applied.add(UNFINISHED);
        int size = in.getInt();
        if (isUnloadable && size > 0) {
            throw new ArithmeticException("unlucky");
        }
        for (int left = size; left > 0; left--) {
            applied.add(in.getLong());
        }
        applied.remove(0);
    }

    private void append() {
        encoder.term(1).after(journal.appended()).clusterTimeNs(timeNs).stateMachineVersion(1);
        encoder.seal();
        journal.append(encoder.buffer(), 0, encoder.length());
        node.publish(journal.appendedIndex(), journal.appendedIndex());
    }

    private void command(long sequence, long value) {
        encoder.start(FrameType.COMMANDS);
        int at = encoder.claim(CommandHead.LENGTH + Long.BYTES);
        CommandHead.write(encoder.buffer(), at, SESSION, sequence, false, -1);
        encoder.buffer().putLong(at + CommandHead.LENGTH, value);
        append();
    }

    private void work() {
        while (place.workInBackground() + place.workAtHome(0) > 0) {
            // until nothing is left
        }
    }

    @Test
    void whatTheStateMachineThrowsStopsTheApplierThere() {
        command(1, 5);
        command(2, POISON);
        command(3, 6);
        work();
        assertThat(applied).containsExactly(5L, (long) POISON);
        assertThat(applier.appliedIndex()).isEqualTo(2);
        assertThat(applier.failure()).hasMessageContaining("index 3").hasRootCauseInstanceOf(ArithmeticException.class);
    }

    @Test
    void whatIsWrongWithTheEngineItselfIsNotTheStateMachinesFault() {
        command(1, 5);
        onReply = () -> Invariant.check(false, "there is no room");
        assertThatThrownBy(this::work).isInstanceOf(Invariant.Violation.class);
        assertThat(applier.failure()).isNull();
    }

    /** A node that cannot end what it has begun tells it again and again, while the state is loaded or saved. */
    @Test
    void whatIsToldAgainWhileItWaitsToBeDoneIsDoneOnce() {
        command(1, 5);
        work();
        place.rebuild();
        for (int i = 0; i < 1_000; i++) {
            place.rollBack(0);
        }
        node.publish(0, 0);
        work();
        assertThat(applied).isEmpty();
        assertThat(place.isSettled()).isTrue();
    }

    @Test
    void aStateThatIsRebuiltWithoutTheCommandGoesOn() {
        command(1, 5);
        command(2, POISON);
        work();
        journal.truncateFrom(3);
        place.rollBack(2);
        command(2, 7);
        work();
        assertThat(applier.failure()).isNull();
        assertThat(applied)
                .as("whatever the command has done before it threw is gone, too")
                .containsExactly(5L, 7L);
    }

    @Test
    void aRollBackThatLeavesTheCommandInTheLogDoesNotHelp() {
        command(1, 5);
        command(2, POISON);
        command(3, 6);
        work();
        journal.truncateFrom(4);
        place.rollBack(3);
        command(3, 8);
        work();
        assertThat(applier.failure()).hasMessageContaining("index 3");
        assertThat(applied).containsExactly(5L, (long) POISON);
    }

    @Test
    void aLogThatBeginsBehindASnapshotIsAppliedFromThereAfterAStart() {
        command(1, 5);
        work();
        compact();
        start();
        place.begin(node.committed());
        command(2, 6);
        work();
        assertThat(applied).containsExactly(5L, 6L);
    }

    @Test
    void aSnapshotThatIsNotKnownToBeOfUseAtAStartIsLoadedOnceItIs() {
        command(1, 5);
        work();
        compact();
        start();
        node.publish(0, 0);
        place.begin(node.committed());
        work();
        assertThat(applied).isEmpty();
        command(2, 6);
        work(); // meets the log's beginning
        work();
        assertThat(applied).containsExactly(5L, 6L);
    }

    @Test
    void aSnapshotThatTurnsOutToBeDamagedLeavesNothingOfItself() {
        command(1, 5);
        command(2, 6);
        work();
        save();
        SnapshotFiles.flipByteInTheMiddleOf(directory);
        start();
        place.begin(node.committed());
        work();
        assertThat(applied).containsExactly(5L, 6L);
        assertThat(snapshots.damages).hasSize(1);
    }

    @Test
    void aSnapshotThatCannotBeLoadedIsNotNeededWhereTheLogIsWhole() {
        command(1, 5);
        command(2, 6);
        work();
        save();
        start();
        isUnloadable = true;
        place.begin(node.committed());
        work();
        assertThat(applier.failure()).isNull();
        assertThat(applied).containsExactly(5L, 6L);
    }

    @Test
    void aSnapshotThatHasWhatIsSkippedIsNotEvenLoaded() {
        command(1, 5);
        command(2, 6);
        command(3, 7);
        work();
        save();
        long beyond = journal.appendedIndex() + 1;
        start();
        loads = 0;
        node.publishSkips(List.of(new Skip(3, beyond, null, "why")), node.committed());
        place.begin(node.committed());
        work();
        assertThat(applied).containsExactly(5L, 7L);
        assertThat(loads).isZero();
    }

    /** Somebody wants a snapshot of what is applied ahead of the commit, by a node that knows its configuration. */
    private SnapshotOrder demandAheadOfTheCommit() {
        command(1, 5);
        work();
        compact();
        start();
        place.begin(node.committed());
        command(2, 6);
        work();
        node.publish(2, journal.appendedIndex());
        SnapshotOrder order = own.demand();
        work();
        assertThat(order.outcome()).isNull();
        command(3, 7);
        node.publish(2, journal.appendedIndex());
        work();
        assertThat(applied).as("nothing is applied meanwhile").containsExactly(5L, 6L);
        return order;
    }

    @Test
    void whatIsAppliedAheadOfTheCommitIsSavedOnceItIsCommitted() {
        SnapshotOrder order = demandAheadOfTheCommit();
        node.publish(3, journal.appendedIndex());
        work();
        assertThat(order.outcome()).isEqualTo(SnapshotOrder.Outcome.KEPT);
        assertThat(snapshots.store.kept().get(0).last().index()).isEqualTo(3);
        assertThat(applied).containsExactly(5L, 6L, 7L);
    }

    @Test
    void whoGoesOnAloneDoesNotWaitForACommit() {
        SnapshotOrder order = demandAheadOfTheCommit();
        nowNs += 100_000_000;
        work();
        assertThat(order.outcome().obstacle()).contains("not committed");
        assertThat(snapshots.store.kept().get(0).last().index()).isEqualTo(2);
        assertThat(applied).containsExactly(5L, 6L, 7L);
    }

    @Test
    void theNewStateStandsWhereItsLastFrameStands() {
        node.publishEpoch(4);
        applier.beginAt(new FrameRef(17, 3, 99));
        assertThat(applier.appliedIndex()).isEqualTo(17);
        FramePlace stands = applier.state().place();
        assertThat(List.of(stands.index, stands.term, stands.epoch)).containsExactly(17L, 3L, 4L);
    }

    // ---- timers

    private void timer() {
        timeNs = 100;
        encoder.start(FrameType.TIMER);
        append();
    }

    @Test
    void anIndexIsAppliedOnceAllTimersHaveFiredThatAreDueBeforeItHoweverOftenTheApplierPauses() {
        command(1, SCHEDULING + 20);
        work();
        assertThat(applier.nextTimerNs()).isEqualTo(100);
        timer();
        for (int fired = 0; fired < 20; fired++) {
            assertThat(applier.appliedIndex()).isEqualTo(2);
            assertThat(applied).hasSize(1 + fired);
            assertThat(applier.work(1, 0)).isOne();
            applier.leave(); // another thread goes on
        }
        work();
        assertThat(applier.appliedIndex()).isEqualTo(3);
        assertThat(applied).hasSize(21).startsWith(SCHEDULING + 20L, -1L, -2L).endsWith(-19L, -20L);
        assertThat(applier.nextTimerNs()).isEqualTo(Timers.NONE);
    }

    @Test
    void nothingIsReadWhileSomeOfTheTimersBeforeAFrameHaveFired() {
        command(1, SCHEDULING + 20);
        work();
        timer();
        applier.work(8, 0);
        assertThat(applier.isBetween()).isTrue();
        while (applier.isBetween()) {
            applier.work(8, 0);
        }
        assertThat(applier.appliedIndex()).isEqualTo(3);
    }

    @Test
    void timersThatFiredBeforeAFrameThatIsCutAreTakenBack() {
        command(1, SCHEDULING + 3);
        work();
        timer();
        applier.work(1, 0);
        assertThat(applied).endsWith(-1L);
        journal.truncateFrom(3);
        place.rollBack(2);
        timeNs = 2;
        command(2, 5);
        work();
        assertThat(applied).containsExactly(SCHEDULING + 3L, 5L);
        timer();
        work();
        assertThat(applied).containsExactly(SCHEDULING + 3L, 5L, -1L, -2L, -3L);
    }

    @Test
    void aTimerThatIsScheduledForATimeThatHasPassedFiresBeforeTheNextFrame() {
        timeNs = 200;
        command(1, SCHEDULING + 1);
        work();
        assertThat(applied).containsExactly(SCHEDULING + 1L);
        timeNs = 201;
        command(2, 5);
        work();
        assertThat(applied).containsExactly(SCHEDULING + 1L, -1L, 5L);
    }

    @Test
    void aTimerThatIsSkippedDoesNotFireAndTheCommandBehindItIsApplied() {
        command(1, SCHEDULING + 2);
        timeNs = 100;
        command(2, 5);
        node.publishSkips(List.of(new Skip(3, 9, 1L, "why")), 1);
        work();
        assertThat(applied).containsExactly(SCHEDULING + 2L, -2L, 5L);
    }

    @Test
    void theClusterIsThereOnlyWhileTheStateMachineIsCalled() {
        command(1, 5);
        work();
        assertThatThrownBy(() -> cluster.schedule(1, 1)).hasMessageContaining("at no other time");
        assertThatThrownBy(cluster::random).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(cluster::timeNs).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> cluster.cancel(1)).isInstanceOf(IllegalStateException.class);
    }
}
