package dev.lockstep.storage.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.storage.Disk;
import dev.lockstep.storage.testing.FaultyDisk;
import dev.lockstep.storage.testing.RecordingDisk;
import dev.lockstep.storage.testing.SimulatedCrash;
import dev.lockstep.storage.testing.UnforcedDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A crash or a power cut at any step leaves the snapshots that were kept, or the new one, whole. */
class FileSnapshotCrashTest {
    private static final Sample OLDEST = Sample.at(10);
    private static final Sample OLDER = Sample.at(20);
    private static final Sample NEWER = Sample.at(30);
    private static final int POWER_CUTS = 8;

    /** Makes {@link #NEWER} the newest snapshot, one way or another. */
    private interface Publishing {
        void into(SnapshotStore store);
    }

    @TempDir
    private Path root;

    private int directories;

    private static SnapshotStore open(Disk disk, Path directory) {
        SnapshotSettings settings = SnapshotSettings.of(Sample.CLUSTER, damaged -> {
            throw damaged; // a crash is never mistaken for damage
        });
        return FileSnapshotStore.open(disk, directory, settings.withChunkBytes(Sample.CHUNK_BYTES));
    }

    private Path directoryWith(Disk disk, Sample... samples) throws IOException {
        Path directory = newDirectory();
        try (SnapshotStore store = open(disk, directory)) {
            for (Sample sample : samples) {
                sample.publishTo(store);
            }
        }
        return directory;
    }

    private Path newDirectory() throws IOException {
        return Files.createDirectory(root.resolve("node" + directories++));
    }

    /** @return whether the snapshot was published when the process died */
    private static boolean crash(Disk disk, Path directory, Publishing publishing) {
        boolean published = false;
        try (SnapshotStore store = open(disk, directory)) {
            publishing.into(store);
            published = true;
            disk.forceDirectory(directory); // so that there is one more operation to die in
            return published;
        } catch (SimulatedCrash | IOException died) {
            assertThat(died).isInstanceOf(SimulatedCrash.class);
            return published;
        }
    }

    private static int operationsOf(Path directory, Publishing publishing) {
        FaultyDisk counting = new FaultyDisk(new UnforcedDisk());
        crash(counting, directory, publishing);
        return counting.count();
    }

    private static void assertNothingIsLost(Path directory, boolean published, String when) throws IOException {
        try (SnapshotStore store = open(new UnforcedDisk(), directory)) {
            List<SnapshotManifest> kept = store.kept();
            if (published) {
                assertThat(kept).as(when).containsExactly(NEWER.manifest(), OLDER.manifest());
            } else {
                assertThat(kept.size()).as(when).isEqualTo(2);
            }
            OLDER.assertKeptIn(store);
            (kept.contains(NEWER.manifest()) ? NEWER : OLDEST).assertKeptIn(store);
            Sample.at(40).publishTo(store);
            Sample.at(40).assertKeptIn(store);
        }
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).as("files after %s", when).hasSize(2);
        }
    }

    private void crashAtEveryOperation(Publishing publishing) throws IOException {
        int operations = operationsOf(directoryWith(new UnforcedDisk(), OLDEST, OLDER), publishing);
        assertThat(operations).isGreaterThan(15);
        for (int number = 1; number <= operations; number++) {
            Path directory = directoryWith(new UnforcedDisk(), OLDEST, OLDER);
            FaultyDisk disk = new FaultyDisk(new UnforcedDisk());
            disk.crashAt(number);
            boolean published = crash(disk, directory, publishing);
            assertNothingIsLost(directory, published, "a crash at operation " + number);
        }
    }

    private void cutThePowerAtEveryOperation(Publishing publishing) throws IOException {
        int operations = operationsOf(directoryWith(new UnforcedDisk(), OLDEST, OLDER), publishing);
        for (int number = 1; number <= operations; number++) {
            for (int seed = 0; seed < POWER_CUTS; seed++) {
                RecordingDisk power = new RecordingDisk();
                Path directory = directoryWith(power, OLDEST, OLDER);
                FaultyDisk disk = new FaultyDisk(power);
                disk.crashAt(number);
                boolean published = crash(disk, directory, publishing);
                Path left = power.drawPowerCut(directory, newDirectory(), new Random(seed));
                assertNothingIsLost(left, published, "a power cut at operation " + number + ", seed " + seed);
            }
        }
    }

    /** A directory from which a peer's snapshot is received. */
    private Publishing receiving() throws IOException {
        Path peer = Files.createDirectory(root.resolve("peer"));
        try (SnapshotStore store = open(new UnforcedDisk(), peer)) {
            NEWER.publishTo(store);
        }
        return store -> {
            try (SnapshotStore serving = open(new UnforcedDisk(), peer);
                    SnapshotSource source = serving.serve(NEWER.last()).orElseThrow();
                    SnapshotReceiver receiver = store.receive()) {
                UnsafeBuffer chunk = new UnsafeBuffer(new byte[source.maxChunkLength()]);
                while (receiver.wantedChunk() != SnapshotReceiver.NONE) {
                    receiver.onChunk(chunk, 0, source.read(receiver.wantedChunk(), chunk, 0));
                }
            }
        };
    }

    @Test
    void aCrashAtAnyStepOfWritingLeavesTwoSoundOnes() throws IOException {
        crashAtEveryOperation(NEWER::publishTo);
    }

    @Test
    void aCrashAtAnyStepOfReceivingLeavesTwoSoundOnes() throws IOException {
        crashAtEveryOperation(receiving());
    }

    @Test
    void aPowerCutAtAnyStepOfWritingLeavesTwoSoundOnes() throws IOException {
        cutThePowerAtEveryOperation(NEWER::publishTo);
    }

    @Test
    void aPowerCutAtAnyStepOfReceivingLeavesTwoSoundOnes() throws IOException {
        cutThePowerAtEveryOperation(receiving());
    }

    @Test
    void aSnapshotThatWasShownAfterACrashSurvivesAPowerCut() throws IOException {
        FaultyDisk tracing = new FaultyDisk(new UnforcedDisk());
        crash(tracing, directoryWith(new UnforcedDisk(), OLDER), NEWER::publishTo);
        int rename = tracing.trace().indexOf("RENAME snapshot-0000000000000000030.snap") + 1;
        for (int seed = 0; seed < POWER_CUTS; seed++) {
            RecordingDisk power = new RecordingDisk();
            // Only one: with another, removing that would force the directory too.
            Path directory = directoryWith(power, OLDER);
            FaultyDisk disk = new FaultyDisk(power);
            disk.crashAt(rename + 1);
            assertThat(crash(disk, directory, NEWER::publishTo)).isFalse();
            try (SnapshotStore restarted = open(power, directory)) {
                assertThat(restarted.kept()).startsWith(NEWER.manifest());
            }
            Path left = power.drawPowerCut(directory, newDirectory(), new Random(seed));
            assertNothingIsLost(left, true, "a power cut after a restart, seed " + seed);
        }
    }

    @Test
    void theDeadProcessAsksTheDiskForNothingMore() throws IOException {
        Path directory = directoryWith(new UnforcedDisk(), OLDEST, OLDER);
        FaultyDisk disk = new FaultyDisk(new UnforcedDisk());
        disk.crashAt(FaultyDisk.Operation.WRITE, 2);
        SnapshotStore store = open(disk, directory);
        assertThatThrownBy(() -> NEWER.publishTo(store)).isInstanceOf(SimulatedCrash.class);
        int asked = disk.count();
        assertThatThrownBy(() -> disk.delete(directory.resolve("anything"))).isInstanceOf(SimulatedCrash.class);
        assertThat(disk.count()).isEqualTo(asked);
    }
}
