package dev.lockstep.storage.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.snapshot.SnapshotReader;
import dev.lockstep.storage.testing.FrameMaker;
import dev.lockstep.storage.testing.UnforcedDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup is written and read. */
final class BackupTest {
    private static final int LONG_COMMAND = 3 << 20;

    @TempDir
    private Path root;

    private Path directory() {
        return root.resolve("backup");
    }

    private BackupSample sample() {
        return BackupSample.withSnapshot(root.resolve("snapshots"));
    }

    private static long readAll(Backup backup) {
        try (BackupLog log = backup.log()) {
            while (log.next()) {
                assertThat(log.frame().lastIndex()).isEqualTo(log.last().index());
            }
            return log.last().index();
        }
    }

    @Test
    void whatWasWrittenIsReadBackWithItsSnapshot() {
        BackupSample sample = sample();
        BackupManifest written = sample.backUp(directory(), new UnforcedDisk());
        Backup backup = Backup.open(directory());
        backup.verify(bytes -> {});
        assertThat(backup.manifest()).isEqualTo(written);
        assertThat(written.cluster()).isEqualTo(BackupSample.CLUSTER);
        assertThat(written.epoch()).isEqualTo(BackupSample.EPOCH);
        assertThat(readAll(backup)).isEqualTo(sample.lastIndex());
        try (SnapshotReader reader = backup.snapshot()) {
            assertThat(reader.manifest().last()).isEqualTo(sample.base());
        }
    }

    @Test
    void aLogThatGoesBackToTheFirstFrameNeedsNoSnapshot() {
        BackupSample sample = BackupSample.withoutSnapshot();
        BackupManifest written = sample.backUp(directory(), new UnforcedDisk());
        Backup backup = Backup.open(directory());
        backup.verify(bytes -> {});
        assertThat(written.hasSnapshot()).isFalse();
        assertThat(readAll(backup)).isEqualTo(sample.lastIndex());
    }

    @Test
    void aLogMayBeEmptyBehindASnapshot() {
        BackupSample sample = sample();
        try (BackupWriter writer = BackupWriter.create(directory(), sample.base(), new UnforcedDisk())) {
            sample.copySnapshot(writer);
            writer.finish(BackupSample.CLUSTER, 1, 1, bytes -> {});
        }
        Backup backup = Backup.open(directory());
        backup.verify(bytes -> {});
        assertThat(backup.manifest().last()).isEqualTo(sample.base());
    }

    @Test
    void aFrameMayBeLongerThanTheBuffers() {
        FrameMaker maker = new FrameMaker(LONG_COMMAND);
        try (BackupWriter writer = BackupWriter.create(directory(), FrameRef.ORIGIN, new UnforcedDisk())) {
            Frame frame = new Frame();
            for (int length : new int[] {10, LONG_COMMAND, 10, LONG_COMMAND}) {
                maker.next(1, length);
                writer.append(frame.wrap(maker.buffer(), 0));
            }
            writer.finish(BackupSample.CLUSTER, 1, 1, bytes -> {});
        }
        assertThat(readAll(Backup.open(directory()))).isEqualTo(4);
    }

    @Test
    void whoeverWritesHearsOfEachByteAndMayStopIt() {
        BackupSample sample = sample();
        AtomicLong heard = new AtomicLong();
        try (BackupWriter writer = BackupWriter.create(directory(), sample.base(), new UnforcedDisk())) {
            sample.write(writer);
            BackupManifest manifest = writer.finish(BackupSample.CLUSTER, 1, 1, heard::addAndGet);
            assertThat(heard).hasValue(manifest.logBytes() + manifest.snapshotBytes());
        }
        Path other = root.resolve("other");
        try (BackupWriter writer = BackupWriter.create(other, sample.base(), new UnforcedDisk())) {
            sample.write(writer);
            assertThatThrownBy(() -> writer.finish(BackupSample.CLUSTER, 1, 1, bytes -> {
                        throw new IllegalStateException("enough");
                    }))
                    .hasMessage("enough");
        }
        assertThat(other).doesNotExist();
    }

    @Test
    void aFrameThatDoesNotFollowIsNotTaken() {
        FrameMaker maker = new FrameMaker().next(1, 10).next(1, 10);
        try (BackupWriter writer = BackupWriter.create(directory(), FrameRef.ORIGIN, new UnforcedDisk())) {
            Frame second = new Frame().wrap(maker.buffer(), 0);
            assertThatThrownBy(() -> writer.append(second)).isInstanceOf(Invariant.Violation.class);
        }
    }

    @Test
    void aDirectoryThatIsNotEmptyIsRefusedAndLeftAlone() throws IOException {
        Files.createDirectory(directory());
        Path other = Files.writeString(directory().resolve("letter"), "dear");
        assertRefused(directory(), "not empty");
        assertThat(other).hasContent("dear");
        assertRefused(other, "is a file");
        assertRefused(root.resolve("missing/backup"), "make it first");
        assertThat(root.resolve("missing")).doesNotExist();
    }

    @Test
    void whatACrashHasLeftIsToldFromOtherThings() throws IOException {
        Files.createDirectory(directory());
        Files.createFile(directory().resolve(BackupLayout.LOG));
        assertRefused(directory(), "not finished");
        assertThatThrownBy(() -> Backup.open(directory()))
                .isInstanceOf(StorageException.Damaged.class)
                .hasMessageContaining("no backup that was finished");
    }

    private static void assertRefused(Path directory, String why) {
        assertThatThrownBy(() -> BackupWriter.create(directory, FrameRef.ORIGIN, new UnforcedDisk()))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining(why);
    }

    @Test
    void anEmptyDirectoryIsWrittenIntoAndStaysWhenItComesToNothing() throws IOException {
        Files.createDirectory(directory());
        BackupSample sample = sample();
        try (BackupWriter writer = BackupWriter.create(directory(), sample.base(), new UnforcedDisk())) {
            sample.write(writer);
        }
        try (Stream<Path> left = Files.list(directory())) {
            assertThat(left).isEmpty();
        }
        sample.backUp(directory(), new UnforcedDisk());
        Backup.open(directory()).verify(bytes -> {});
    }

    @Test
    void readingChangesNothing() throws IOException {
        BackupSample sample = sample();
        sample.backUp(directory(), new UnforcedDisk());
        byte[] chunk = Files.readAllBytes(directory().resolve("snapshot-0000000000000000003.snap"));
        new UnsafeBuffer(chunk).putByte(chunk.length / 2, (byte) ~chunk[chunk.length / 2]);
        Files.write(directory().resolve("snapshot-0000000000000000003.snap"), chunk);
        Backup backup = Backup.open(directory());
        assertThatThrownBy(() -> backup.verify(bytes -> {})).isInstanceOf(StorageException.Damaged.class);
        assertThat(directory().resolve("snapshot-0000000000000000003.snap")).hasBinaryContent(chunk);
    }
}
