package dev.lockstep.engine.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.engine.BackupReport;
import dev.lockstep.engine.Durability;
import dev.lockstep.engine.Engine;
import dev.lockstep.engine.EngineBuilder;
import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.Reply;
import dev.lockstep.engine.Restore;
import dev.lockstep.engine.RestoreReport;
import dev.lockstep.engine.Snapshot;
import dev.lockstep.engine.Threading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A node that is alone is backed up while it works, and another one begins from that. */
@Timeout(120)
final class EngineBackupTest {
    private static final int EVERY = 5_000;
    private static final int LONG_COMMAND = 60 << 10;

    @TempDir
    private Path root;

    private final BackedUp log = new BackedUp();

    private Path backup() {
        return root.resolve("backup");
    }

    private EngineBuilder builder(String directory, Adder adder) {
        return Engine.builder()
                .directory(root.resolve(directory))
                .stateMachine(adder)
                .durability(Durability.APPENDED)
                .segmentBytes(512 << 10)
                .maxCommandBytes(1024)
                .snapshots(Snapshot.every(EVERY));
    }

    private OpenEngine start(String directory, Adder adder) throws InterruptedException {
        return OpenEngine.start(builder(directory, adder), Threading.COMPACT).awaitPrimary();
    }

    /** A backup with a snapshot and frames behind it, of a node that is closed then. */
    private BackupReport backUpWithSnapshot() throws InterruptedException {
        try (OpenEngine open = start("node", new Adder())) {
            log.add(open.engine, 2 * EVERY);
            while (open.engine.status().snapshotIndex() == 0) {
                LockSupport.parkNanos(1_000_000);
            }
            log.add(open.engine, EVERY / 10);
            return open.engine.backup(backup()).join();
        }
    }

    private void assertRestored(Restore restore, String name, long index) throws InterruptedException {
        RestoreReport report = restore.into(root.resolve(name));
        assertThat(report.index()).isEqualTo(index);
        Adder adder = new Adder();
        try (OpenEngine open = start(name, adder)) {
            assertThat(BackedUp.stateOf(open.engine, adder)).isEqualTo(log.stateAt(index));
            assertThat(open.engine.status().term()).isGreaterThan(1L << 32);
            assertThat(open.engine.status().epoch()).isEqualTo(report.epoch());
            assertThat(open.engine.status().errors()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBackupThatIsTakenWhileCommandsComeIsTheStateAtItsLastIndex(Threading threading) throws Exception {
        Adder adder = new Adder();
        BackupReport report;
        try (OpenEngine open = OpenEngine.start(builder("node", adder), threading)) {
            log.add(open.engine, 3 * EVERY);
            CompletableFuture<BackupReport> underWay = open.engine.backup(backup());
            log.addWhile(open.engine, () -> !underWay.isDone());
            report = underWay.join();
            log.add(open.engine, 100);
            assertThat(open.engine.status().failure()).isNull();
        }
        assertThat(Restore.from(backup()).check()).isEqualTo(report);
        Restore.from(backup()).into(root.resolve("again"));
        Adder again = new Adder();
        try (OpenEngine open = OpenEngine.start(builder("again", again), threading)) {
            assertThat(BackedUp.stateOf(open.engine, again)).isEqualTo(log.stateAt(report.toIndex()));
            Reply reply = open.engine.submit(Adder.number(1)).join();
            assertThat(reply.position().index()).isGreaterThan(report.toIndex() + 1);
        }
    }

    @Test
    void aNodeIsRestoredToTheEndToItsSnapshotAndIntoAndBehindAnyFrame() throws Exception {
        BackupReport report = backUpWithSnapshot();
        assertThat(report.snapshotIndex()).isEqualTo(report.fromIndex()).isGreaterThan(EVERY / 2);
        long[] several = BackedUp.framesOf(backup()).stream()
                .filter(frame -> frame[1] - frame[0] > 2)
                .findFirst()
                .orElseThrow();
        assertRestored(Restore.from(backup()), "end", report.toIndex());
        assertRestored(Restore.from(backup()).toIndex(report.fromIndex()), "snapshot", report.fromIndex());
        assertRestored(Restore.from(backup()).toIndex(several[0]), "first", several[0]);
        assertRestored(Restore.from(backup()).toIndex(several[0] + 1), "within", several[0] + 1);
        assertRestored(Restore.from(backup()).toIndex(several[1]), "behind", several[1]);
    }

    @Test
    void whatTheBackupDoesNotReachIsRefusedWithItsRange() throws Exception {
        BackupReport report = backUpWithSnapshot();
        String range = "from " + report.fromIndex() + " to " + report.toIndex();
        for (long index : List.of(report.fromIndex() - 1, report.toIndex() + 1, 0L, -1L, Long.MAX_VALUE)) {
            Restore restore = Restore.from(backup()).toIndex(index);
            assertThatThrownBy(() -> restore.into(root.resolve("never")))
                    .isInstanceOf(EngineException.RestoreFailed.class)
                    .hasMessageContaining(range);
        }
        assertThat(root.resolve("never")).doesNotExist();
    }

    @Test
    void aBackupWithoutASnapshotGoesBackToTheFirstIndex() throws Exception {
        BackupReport report;
        try (OpenEngine open = start("node", new Adder())) {
            log.add(open.engine, 100);
            report = open.engine.backup(backup()).join();
        }
        assertThat(report.snapshotIndex()).isZero();
        assertThat(report.fromIndex()).isEqualTo(1);
        assertRestored(Restore.from(backup()), "end", report.toIndex());
        assertRestored(Restore.from(backup()).toIndex(1), "first", 1);
        assertRestored(Restore.from(backup()).toIndex(report.toIndex() - 7), "within", report.toIndex() - 7);
    }

    /** Snapshots of what was before the restore are of the new cluster too. */
    @Test
    void aRestoredNodeTakesSnapshotsIsStartedAgainAndBackedUpAndRestoredAgain() throws Exception {
        backUpWithSnapshot();
        RestoreReport first = Restore.from(backup()).into(root.resolve("second"));
        Path backupOfSecond = root.resolve("backup of second");
        Adder adder = new Adder();
        try (OpenEngine open = start("second", adder)) {
            log.add(open.engine, 3 * EVERY);
            while (open.engine.status().snapshotIndex() <= first.index()) {
                LockSupport.parkNanos(1_000_000);
            }
            log.add(open.engine, 100);
        }
        BackupReport report;
        Adder again = new Adder();
        try (OpenEngine open = start("second", again)) {
            assertThat(BackedUp.stateOf(open.engine, again)).isEqualTo(adder.describe());
            report = open.engine.backup(backupOfSecond).join();
            assertThat(report.cluster()).isEqualTo(first.cluster());
            assertThat(report.epoch()).isEqualTo(first.epoch());
            assertThat(open.engine.status().errors()).isEmpty();
        }
        RestoreReport second = Restore.from(backupOfSecond).into(root.resolve("third"));
        assertThat(second.epoch()).isGreaterThan(first.epoch());
        assertThat(second.term()).isGreaterThan(first.term());
        assertThat(second.cluster()).isNotEqualTo(first.cluster());
        Adder third = new Adder();
        try (OpenEngine open = start("third", third)) {
            assertThat(BackedUp.stateOf(open.engine, third)).isEqualTo(log.stateAt(report.toIndex()));
        }
    }

    @Test
    void aNodeThatIsRestoredWithoutASnapshotAppliesAllAnewAndTakesOne() throws Exception {
        try (OpenEngine open =
                OpenEngine.start(builder("node", new Adder()).snapshots(Snapshot.never()), Threading.COMPACT)) {
            log.add(open.engine, 4 * EVERY);
            open.engine.backup(backup()).join();
        }
        Restore.from(backup()).into(root.resolve("again"));
        Adder adder = new Adder();
        try (OpenEngine open = start("again", adder)) {
            while (open.engine.status().snapshotIndex() == 0) {
                LockSupport.parkNanos(1_000_000);
            }
            assertThat(open.engine.status().errors()).isEmpty();
        }
    }

    @Test
    void oneBackupIsMadeAtATimeAndClosingEndsIt() throws Exception {
        OpenEngine open = OpenEngine.start(
                builder("node", new Adder()).maxCommandBytes(LONG_COMMAND).segmentBytes(4 << 20), Threading.COMPACT);
        CompletableFuture<BackupReport> underWay;
        try (open) {
            ArrayDeque<CompletableFuture<Reply>> replies = new ArrayDeque<>();
            for (int i = 0; i < 1000; i++) {
                replies.add(open.engine.submit(new byte[LONG_COMMAND]));
                if (replies.size() == 8) {
                    replies.remove().join();
                }
            }
            underWay = open.engine.backup(backup());
            assertThatThrownBy(() -> open.engine.backup(root.resolve("other")).join())
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(EngineException.BackupFailed.class)
                    .hasMessageContaining("under way");
        }
        assertThatThrownBy(underWay::join).hasCauseInstanceOf(EngineException.Closed.class);
        assertThat(backup()).doesNotExist();
        assertThatThrownBy(() -> open.engine.backup(backup()).join()).hasCauseInstanceOf(EngineException.Closed.class);
        assertThat(liveThreads()).noneMatch(name -> name.contains("backup"));
    }

    private static List<String> liveThreads() {
        return new ArrayList<>(Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .toList());
    }

    @Test
    void whereABackupCannotBeWrittenItIsRefusedAndTheNodeGoesOn() throws Exception {
        Files.createDirectory(backup());
        Files.writeString(backup().resolve("letter"), "dear");
        try (OpenEngine open = start("node", new Adder())) {
            log.add(open.engine, 10);
            assertThatThrownBy(() -> open.engine.backup(backup()).join())
                    .hasCauseInstanceOf(EngineException.BackupFailed.class)
                    .hasMessageContaining("not empty");
            assertThatThrownBy(
                            () -> open.engine.backup(root.resolve("no/where")).join())
                    .hasCauseInstanceOf(EngineException.BackupFailed.class)
                    .hasMessageContaining("make it first");
            log.add(open.engine, 10);
            open.engine.backup(root.resolve("other")).join();
            assertThat(open.engine.status().failure()).isNull();
        }
    }

    @Test
    void aNodeThatIsAloneIsNotStartedAsOneOfSeveral() throws Exception {
        backUpWithSnapshot();
        Restore.from(backup()).into(root.resolve("alone"));
        String members = "a=127.0.0.1:" + EngineTrio.freePort() + ",b=127.0.0.1:" + EngineTrio.freePort();
        for (String name : List.of("a", "b")) {
            assertThatThrownBy(() -> builder("alone", new Adder())
                            .node(name)
                            .members(members)
                            .start())
                    .isInstanceOf(EngineException.BadSettings.class)
                    .hasMessageContainingAll("is of a node that is alone", "start it without node and members");
        }
        try (OpenEngine open = start("alone", new Adder())) {
            log.add(open.engine, 1);
            assertThat(open.engine.status().errors()).isEmpty();
        }
    }

    @Test
    void whatIsNoBackupIsNotRestoredAndWhatIsThereIsNotTouched() throws IOException, InterruptedException {
        assertThatThrownBy(() -> Restore.from(root.resolve("missing")).into(root.resolve("target")))
                .isInstanceOf(EngineException.RestoreFailed.class)
                .hasMessageContaining("backup.manifest");
        backUpWithSnapshot();
        Files.createDirectory(root.resolve("target"));
        Path letter = Files.writeString(root.resolve("target/letter"), "dear");
        assertThatThrownBy(() -> Restore.from(backup()).into(root.resolve("target")))
                .isInstanceOf(EngineException.RestoreFailed.class)
                .hasMessageContaining("not empty");
        assertThatThrownBy(() -> Restore.from(backup()).into(root.resolve("no/where")))
                .isInstanceOf(EngineException.RestoreFailed.class)
                .hasMessageContaining("make that first");
        assertThatThrownBy(() -> Restore.from(backup()).members("a=").into(root.resolve("other")))
                .isInstanceOf(EngineException.RestoreFailed.class)
                .hasMessageContaining("address of a");
        assertThat(letter).hasContent("dear");
        assertThat(root.resolve("other")).doesNotExist();
    }
}
