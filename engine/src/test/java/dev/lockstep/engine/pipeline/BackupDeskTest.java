package dev.lockstep.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.engine.BackupReport;
import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.MemberKind;
import dev.lockstep.engine.replica.Applying;
import dev.lockstep.storage.journal.JournalSettings;
import dev.lockstep.storage.node.NodeSettings;
import dev.lockstep.storage.node.NodeStorage;
import dev.lockstep.storage.testing.ForwardingDisk;
import dev.lockstep.storage.testing.FrameMaker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who makes backups, and how that ends. */
@Timeout(60)
final class BackupDeskTest {
    private final CountDownLatch isAsked = new CountDownLatch(1);
    private final CountDownLatch goesOn = new CountDownLatch(1);
    private final List<String> events = new CopyOnWriteArrayList<>();

    /** It stands still when it is asked for the backup's directory. */
    private final class StandingDisk extends ForwardingDisk {
        @Override
        public void makeDirectory(Path directory) throws IOException {
            isAsked.countDown();
            try {
                goesOn.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            events.add("the disk was used");
            super.makeDirectory(directory);
        }
    }

    @TempDir
    private Path root;

    private final NodeState state = new NodeState();
    private NodeStorage storage;
    private EngineException applierFailure;
    private boolean isOneOfSeveral = true;
    /** What whoever heard of it does. */
    private Runnable afterAnswer = () -> {};

    @BeforeEach
    void open() {
        storage = NodeStorage.open(
                NodeSettings.of(root.resolve("node")).withJournal(new JournalSettings(256 << 10, 1L << 30, 0)));
        FrameMaker maker = new FrameMaker().next(1, 10);
        assertThat(storage.journal().reserve(maker.length())).isTrue();
        storage.journal().append(maker.buffer(), 0, maker.length());
        state.publish(1, 1);
    }

    @AfterEach
    void close() {
        goesOn.countDown();
        storage.close();
    }

    private BackupDesk desk(MemberKind kind, ThreadFactory factory) {
        return new BackupDesk(new BackupDesk.Parts(
                "a",
                kind,
                new BackupRun.Source(storage.journal(), storage.snapshots(), state, Applying.NOTHING, index -> {}),
                new StandingDisk(),
                SystemNanoClock.INSTANCE,
                factory,
                this::answer,
                () -> null,
                () -> applierFailure,
                () -> isOneOfSeveral));
    }

    private void answer(Runnable task) {
        task.run();
        afterAnswer.run();
    }

    private CompletableFuture<BackupReport> begin(BackupDesk desk, String directory) {
        CompletableFuture<BackupReport> future = new CompletableFuture<>();
        desk.begin(root.resolve(directory), future);
        return future;
    }

    @Test
    void closingWaitsUntilABackupHasLetGoOfTheFiles() throws InterruptedException {
        BackupDesk desk = desk(MemberKind.VOTER, Thread::new);
        CompletableFuture<BackupReport> underWay = begin(desk, "backup");
        isAsked.await();
        state.beginClose();
        Thread closer = new Thread(() -> {
            desk.close();
            events.add("closed");
        });
        closer.start();
        while (closer.getState() != Thread.State.TIMED_WAITING) {
            assertThat(closer.isAlive()).as("it waits").isTrue();
            Thread.onSpinWait();
        }
        goesOn.countDown();
        closer.join();
        assertThat(events).containsExactly("the disk was used", "closed");
        assertThatThrownBy(underWay::join).hasCauseInstanceOf(EngineException.Closed.class);
        assertThat(root.resolve("backup")).doesNotExist();
        assertThatThrownBy(() -> begin(desk, "other").join()).hasCauseInstanceOf(EngineException.Closed.class);
    }

    @Test
    void oneIsMadeAtATimeAndWhoeverHearsOfItMayAskForTheNext() throws InterruptedException {
        BackupDesk desk = desk(MemberKind.VOTER, Thread::new);
        CompletableFuture<BackupReport> first = begin(desk, "first");
        isAsked.await();
        assertThatThrownBy(() -> begin(desk, "second").join())
                .hasCauseInstanceOf(EngineException.BackupFailed.class)
                .hasMessageContaining("another one is under way");
        CompletableFuture<CompletableFuture<BackupReport>> third = new CompletableFuture<>();
        afterAnswer = () -> {
            afterAnswer = () -> {};
            third.complete(begin(desk, "third"));
        };
        goesOn.countDown();
        assertThatThrownBy(third.join()::join).hasMessageNotContaining("under way");
        assertThat(first).isDone();
        desk.close();
    }

    @Test
    void aWitnessIsNotBackedUp() {
        assertThatThrownBy(() ->
                        begin(desk(MemberKind.WITNESS, Thread::new), "backup").join())
                .hasCauseInstanceOf(EngineException.BackupFailed.class)
                .hasMessageContaining("witness");
    }

    @Test
    void aThreadThatCannotBeHadEndsTheBackupAndNothingElse() {
        BackupDesk desk = desk(MemberKind.VOTER, work -> {
            throw new IllegalStateException("no more threads");
        });
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> begin(desk, "backup").join())
                    .hasCauseInstanceOf(EngineException.BackupFailed.class)
                    .hasMessageContaining("no more threads");
        }
        desk.close();
    }

    @Test
    void aNodeThatHasDriftedIsNotBackedUp() {
        applierFailure = new EngineException.Drifted("it is another state", 9, 4);
        CompletableFuture<BackupReport> refused = new CompletableFuture<>();
        desk(MemberKind.VOTER, Thread::new).begin(root.resolve("backup"), refused);
        assertThatThrownBy(refused::join)
                .cause()
                .isInstanceOf(EngineException.BackupFailed.class)
                .hasMessageContaining("has drifted")
                .hasMessageContaining("back up another node");
    }

    @Test
    void oneThatIsAloneHasNoOtherToBeBackedUp() {
        applierFailure = new EngineException.Drifted("it is another state", 9, 4);
        isOneOfSeveral = false;
        CompletableFuture<BackupReport> refused = new CompletableFuture<>();
        desk(MemberKind.VOTER, Thread::new).begin(root.resolve("backup"), refused);
        assertThatThrownBy(refused::join)
                .cause()
                .hasMessageContaining("copy its directory")
                .hasMessageNotContaining("another node");
    }
}
