package dev.lockstep.storage.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.storage.Disk;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.testing.FaultyDisk;
import dev.lockstep.storage.testing.RecordingDisk;
import dev.lockstep.storage.testing.SimulatedCrash;
import dev.lockstep.storage.testing.UnforcedDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A crash, a power cut or a refusal at any step leaves no backup, or a whole one. */
final class BackupCrashTest {
    private static final int POWER_CUTS = 8;

    @TempDir
    private Path root;

    private BackupSample sample;
    private int directories;

    @BeforeEach
    void takeSnapshot() {
        sample = BackupSample.withSnapshot(root.resolve("snapshots"));
    }

    /** One that holds nothing but the backup's. */
    private Path newParent() throws IOException {
        return Files.createDirectory(root.resolve("parent" + directories++));
    }

    /** @return whether it was finished when the process died */
    private boolean crash(Disk disk, Path directory) {
        boolean isFinished = false;
        try {
            sample.backUp(directory, disk);
            isFinished = true;
            disk.forceDirectory(directory); // so that there is one more operation to die in
        } catch (SimulatedCrash | IOException died) {
            assertThat(died).isInstanceOf(SimulatedCrash.class);
        }
        return isFinished;
    }

    private int countOperations() throws IOException {
        FaultyDisk counting = new FaultyDisk(new UnforcedDisk());
        crash(counting, newParent().resolve("backup"));
        assertThat(counting.count()).isGreaterThan(10);
        return counting.count();
    }

    private void assertWholeOrNone(Path directory, boolean isFinished, String when) {
        Backup backup;
        try {
            backup = Backup.open(directory);
        } catch (StorageException.Damaged none) {
            assertThat(isFinished).as(when + ": " + none.getMessage()).isFalse();
            assertThat(directory.resolve(BackupLayout.MANIFEST))
                    .as("%s: a manifest, which says that there is one", when)
                    .doesNotExist();
            return;
        }
        backup.verify(bytes -> {});
        assertThat(backup.manifest().last().index()).as(when).isEqualTo(sample.lastIndex());
    }

    @Test
    void aCrashAtAnyStepLeavesNoneOrAWholeOne() throws IOException {
        int operations = countOperations();
        for (int number = 1; number <= operations; number++) {
            Path directory = newParent().resolve("backup");
            FaultyDisk disk = new FaultyDisk(new UnforcedDisk());
            disk.crashAt(number);
            boolean isFinished = crash(disk, directory);
            assertWholeOrNone(directory, isFinished, "a crash at operation " + number + " of " + disk.trace());
        }
    }

    @Test
    void aPowerCutAtAnyStepLeavesNoneOrAWholeOne() throws IOException {
        cutThePowerAtEveryOperation();
    }

    /** Then nothing else forces the directory. */
    @Test
    void aPowerCutAtAnyStepLeavesNoneOrAWholeOneWithoutASnapshot() throws IOException {
        sample = BackupSample.withoutSnapshot();
        cutThePowerAtEveryOperation();
    }

    private void cutThePowerAtEveryOperation() throws IOException {
        int operations = countOperations();
        for (int number = 1; number <= operations; number++) {
            for (int seed = 0; seed < POWER_CUTS; seed++) {
                RecordingDisk power = new RecordingDisk();
                Path parent = newParent();
                FaultyDisk disk = new FaultyDisk(power);
                disk.crashAt(number);
                boolean isFinished = crash(disk, parent.resolve("backup"));
                Path left = power.drawPowerCut(parent, newParent(), new Random(seed));
                assertWholeOrNone(
                        left.resolve("backup"), isFinished, "a power cut at operation " + number + ", seed " + seed);
            }
        }
    }

    /** What a device refuses once it may take the next time: the files are removed again. */
    @Test
    void whateverTheDeviceRefusesIsToldAndNothingIsLeft() throws IOException {
        int operations = countOperations() - 1;
        for (int number = 1; number <= operations; number++) {
            Path directory = newParent().resolve("backup");
            FaultyDisk disk = new FaultyDisk(new UnforcedDisk());
            disk.failAt(number, new IOException("No space left on device"));
            String when = "a refusal of operation " + number;
            try {
                sample.backUp(directory, disk);
                // A receiver that has published has nothing to remove: then a delete is nothing's loss.
                assertThat(disk.trace().get(number - 1)).as(when).startsWith("DELETE");
            } catch (StorageException refused) {
                assertThat(directory).as(when + " of " + disk.trace()).doesNotExist();
            }
        }
    }

    @Test
    void aFullDiskIsMetBeforeTheFileGrowsAndEverythingIsRemoved() throws IOException {
        Path directory = newParent().resolve("backup");
        for (long room = 0; room < 7_000; room += 500) {
            FaultyDisk disk = new FaultyDisk(new UnforcedDisk());
            disk.fillUpTo(room);
            assertThatThrownBy(() -> sample.backUp(directory, disk))
                    .as("%s bytes of room", room)
                    .isInstanceOf(StorageException.DiskFull.class);
            assertThat(directory).doesNotExist();
        }
        sample.backUp(directory, new UnforcedDisk());
    }
}
