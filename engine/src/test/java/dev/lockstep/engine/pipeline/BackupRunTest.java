package dev.lockstep.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.engine.BackupReport;
import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.replica.GivenApplying;
import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.Disk;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.backup.Backup;
import dev.lockstep.storage.journal.Journal;
import dev.lockstep.storage.journal.JournalSettings;
import dev.lockstep.storage.node.NodeSettings;
import dev.lockstep.storage.node.NodeStorage;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import dev.lockstep.storage.snapshot.SnapshotSection;
import dev.lockstep.storage.snapshot.SnapshotWriter;
import dev.lockstep.storage.testing.FaultyDisk;
import dev.lockstep.storage.testing.FrameMaker;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What happens to a node while it is backed up. */
@Timeout(60)
final class BackupRunTest {
    private static final ClusterId CLUSTER = new ClusterId(0xc1);
    private static final int SEGMENT_BYTES = 256 << 10;
    private static final int COMMAND_BYTES = 8 << 10;
    private static final long EPOCH = 1;

    @TempDir
    private Path root;

    private final FrameMaker maker = new FrameMaker(COMMAND_BYTES);
    private final NodeState state = new NodeState();
    private final GivenApplying known = new GivenApplying();
    private final List<Long> damaged = new ArrayList<>();
    private final List<FrameRef> frames = new ArrayList<>();
    private NodeStorage storage;

    @BeforeEach
    void open() {
        storage = NodeStorage.open(
                NodeSettings.of(root.resolve("node")).withJournal(new JournalSettings(SEGMENT_BYTES, 1L << 30, 0)));
        state.publishEpoch(EPOCH);
        append(10);
        takeSnapshot();
    }

    @AfterEach
    void close() {
        storage.close();
    }

    /** One command each, all of them committed. */
    private void append(int count) {
        Journal journal = storage.journal();
        for (int i = 0; i < count; i++) {
            maker.next(1, COMMAND_BYTES);
            while (!journal.reserve(maker.length())) {
                work();
            }
            journal.append(maker.buffer(), 0, maker.length());
            frames.add(maker.ref());
        }
        storage.agents().flush();
        commit(journal.appendedIndex());
    }

    private void commit(long index) {
        state.publish(index, index);
    }

    private void work() {
        try {
            storage.agents().preparer().doWork();
            storage.agents().flusher().doWork();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private FrameRef takeSnapshot() {
        SnapshotManifest manifest =
                new SnapshotManifest(maker.ref(), CLUSTER, EPOCH, 1, 0, new UnsafeBuffer(new byte[8]));
        try (SnapshotWriter writer = storage.snapshots().begin(manifest).orElseThrow()) {
            writer.startSection(SnapshotSection.STATE);
            writer.write(new UnsafeBuffer(new byte[1000]), 0, 1000);
            writer.publish();
        }
        return manifest.last();
    }

    @Test
    void aStateThatWasComparedSinceIsBetterThanANewerOne() {
        FrameRef first = frames.get(frames.size() - 1);
        append(5);
        takeSnapshot();
        known.provenIndex = first.index() + 1;
        assertThat(backUp(length -> {}).snapshotIndex()).isEqualTo(first.index());
    }

    @Test
    void whoIsFoundToHaveDriftedMeanwhileIsNotBackedUp() {
        append(1);
        assertThatThrownBy(() -> backUp(once(() -> known.soundIndex = 3)))
                .isInstanceOf(EngineException.BackupFailed.class)
                .hasMessageContaining("has drifted");
        assertThat(root.resolve("backup/backup.manifest")).doesNotExist();
    }

    private BackupReport backUp(Disk disk, IntConsumer meanwhile) {
        BackupRun.Source source =
                new BackupRun.Source(storage.journal(), storage.snapshots(), state, known, damaged::add);
        return new BackupRun(source, root.resolve("backup"), disk, meanwhile, 1).run();
    }

    private BackupReport backUp(IntConsumer meanwhile) {
        return backUp(Disk.system(), meanwhile);
    }

    /** Once, when the first frame was copied. */
    private static IntConsumer once(Runnable act) {
        AtomicInteger calls = new AtomicInteger();
        return bytes -> {
            if (calls.getAndIncrement() == 0) {
                act.run();
            }
        };
    }

    /** Two newer snapshots, and the log is cut behind the older of them, as the device notices it. */
    private void leaveBehind(int commandsBehind) {
        append(60);
        long oldest = takeSnapshot().index();
        append(60);
        takeSnapshot();
        append(commandsBehind);
        storage.journal().compactBelow(oldest + 1);
        for (int i = 0; i < 100; i++) {
            work();
        }
        assertThat(storage.journal().base().index()).isPositive();
    }

    private void assertWhole(BackupReport report) {
        Backup backup = Backup.open(root.resolve("backup"));
        backup.verify(bytes -> {});
        assertThat(backup.manifest().cluster()).isEqualTo(CLUSTER);
        assertThat(backup.manifest().last()).isEqualTo(frames.get((int) report.toIndex() - 1));
    }

    private void assertNothingIsThere() {
        assertThat(root.resolve("backup")).doesNotExist();
    }

    @Test
    void onlyWhatIsCommittedIsCopied() {
        append(20);
        commit(17);
        BackupReport report = backUp(bytes -> {});
        assertThat(report.snapshotIndex()).isEqualTo(10);
        assertThat(report.toIndex()).isEqualTo(17);
        assertWhole(report);
    }

    @Test
    void aSnapshotOfMoreThanIsCommittedIsNotTheOneThatIsCopied() {
        append(10);
        takeSnapshot();
        commit(15);
        BackupReport report = backUp(bytes -> {});
        assertThat(report.snapshotIndex()).isEqualTo(10);
        assertThat(report.toIndex()).isEqualTo(15);
    }

    @Test
    void whatIsCommittedMeanwhileIsLeftToTheNextBackup() {
        append(20);
        BackupReport report = backUp(once(() -> append(100)));
        assertThat(report.toIndex()).isEqualTo(30);
        assertWhole(report);
    }

    @Test
    void aLogThatIsCutBehindNewerSnapshotsIsCopiedAnewFromThose() {
        append(100);
        BackupReport report = backUp(once(() -> leaveBehind(5)));
        assertThat(report.snapshotIndex()).isGreaterThan(110);
        assertWhole(report);
    }

    @Test
    void whoIsOvertakenAgainAndAgainGivesUpAndLeavesNothing() {
        append(100);
        assertThatThrownBy(() -> backUp(bytes -> leaveBehind(60)))
                .isInstanceOf(EngineException.BackupFailed.class)
                .hasMessageContaining("take snapshots less often");
        assertNothingIsThere();
    }

    @Test
    void aNodeThatGoesOverToAnotherEpochMeanwhileIsBackedUpAgainLater() {
        append(20);
        assertThatThrownBy(() -> backUp(once(() -> state.publishEpoch(EPOCH + 1))))
                .isInstanceOf(EngineException.BackupFailed.class)
                .hasMessageContaining("history has changed");
        assertNothingIsThere();
        assertWhole(backUp(bytes -> {}));
    }

    @Test
    void aNodeThatTakesCommitsBackMeanwhileIsNotBackedUp() {
        append(20);
        assertThatThrownBy(() -> backUp(once(() -> commit(12))))
                .isInstanceOf(EngineException.BackupFailed.class)
                .hasMessageContaining("history has changed");
        assertNothingIsThere();
    }

    @Test
    void whatIsCutMeanwhileEndsTheBackup() {
        append(40);
        assertThatThrownBy(() -> backUp(once(() -> {
                    commit(12);
                    while (!storage.journal().truncateFrom(13)) {
                        work();
                    }
                })))
                .isInstanceOf(EngineException.BackupFailed.class)
                .hasMessageContaining("history has changed");
        assertNothingIsThere();
    }

    @Test
    void nothingIsCopiedWhereNothingIsCommitted() {
        commit(0);
        assertThatThrownBy(() -> backUp(bytes -> {}))
                .isInstanceOf(EngineException.BackupFailed.class)
                .hasMessageContaining("nothing is committed");
    }

    @Test
    void aDamagedLogIsNamedAndTheNodeHearsOfIt() throws IOException {
        append(20);
        Path segment;
        try (Stream<Path> files = Files.list(root.resolve("node/journal"))) {
            segment = files.filter(each -> each.toString().endsWith(".cq4"))
                    .sorted()
                    .findFirst()
                    .orElseThrow();
        }
        try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3, 4}), 15L * COMMAND_BYTES);
        }
        assertThatThrownBy(() -> backUp(bytes -> {}))
                .isInstanceOf(EngineException.BackupFailed.class)
                .hasMessageContaining("the log is damaged")
                .hasMessageContaining(segment.getFileName().toString());
        assertThat(damaged).hasSize(1).allMatch(index -> index > 10 && index <= 30);
        assertNothingIsThere();
    }

    @Test
    void aDamagedSnapshotGivesWayToTheOlderOne() throws IOException {
        append(10);
        FrameRef newest = takeSnapshot();
        damage(newest);
        BackupReport report = backUp(bytes -> {});
        assertThat(report.snapshotIndex()).isEqualTo(10);
        assertThat(report.toIndex()).isEqualTo(20);
        assertWhole(report);
    }

    private void damage(FrameRef snapshot) throws IOException {
        Path file = root.resolve("node/snapshots").resolve(String.format("snapshot-%019d.snap", snapshot.index()));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3, 4}), 20);
        }
    }

    /** They are not kept any more: to look for them again and again, or to take fewer, would help nobody. */
    @Test
    void whereAllSnapshotsAreDamagedItIsSaid() throws IOException {
        leaveBehind(5);
        for (SnapshotManifest each : storage.snapshots().kept()) {
            damage(each.last());
        }
        AtomicInteger tries = new AtomicInteger();
        assertThatThrownBy(() -> backUp(bytes -> tries.incrementAndGet()))
                .isInstanceOf(EngineException.BackupFailed.class)
                .hasMessageContaining("no snapshot that is kept here is of use")
                .hasMessageContaining("Engine.snapshot()")
                .hasMessageContaining("back up another node");
        assertThat(tries).hasValue(1);
        assertNothingIsThere();
    }

    @Test
    void whereAllSnapshotsAreOfMoreThanIsCommittedItIsSaid() {
        leaveBehind(5);
        commit(12);
        assertThatThrownBy(() -> backUp(bytes -> {}))
                .isInstanceOf(EngineException.BackupFailed.class)
                .hasMessageContaining("not known to be committed");
        assertNothingIsThere();
    }

    /** Its log begins behind one already, which is not yet told. */
    @Test
    void whoInstallsASnapshotJustThenIsBackedUpOnceItHas() {
        leaveBehind(5);
        long all = storage.journal().appendedIndex();
        commit(12);
        assertWhole(backUp(once(() -> commit(all))));
    }

    @Test
    void aFullDiskEndsItAndIsTheCause() {
        append(20);
        FaultyDisk disk = new FaultyDisk();
        disk.fillUpTo(3L * COMMAND_BYTES);
        assertThatThrownBy(() -> backUp(disk, bytes -> {})).isInstanceOf(StorageException.DiskFull.class);
        assertNothingIsThere();
    }
}
