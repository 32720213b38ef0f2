package dev.lockstep.storage.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.storage.Disk;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.testing.FaultyDisk;
import dev.lockstep.storage.testing.FaultyDisk.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is full or refuses to make data durable costs the new snapshot, never the kept ones. */
class FileSnapshotFaultTest {
    private static final Sample OLDEST = Sample.at(10);
    private static final Sample OLDER = Sample.at(20);
    private static final Sample NEWER = Sample.at(30);

    @TempDir
    private Path directory;

    @TempDir
    private Path elsewhere;

    @BeforeEach
    void publishTwo() {
        try (SnapshotStore store = open(Disk.system())) {
            OLDEST.publishTo(store);
            OLDER.publishTo(store);
        }
    }

    private SnapshotStore open(Disk disk) {
        return open(disk, directory);
    }

    private static SnapshotStore open(Disk disk, Path directory) {
        SnapshotSettings settings = SnapshotSettings.of(Sample.CLUSTER, damaged -> {
            throw damaged;
        });
        return FileSnapshotStore.open(disk, directory, settings.withChunkBytes(Sample.CHUNK_BYTES));
    }

    private int writesOfNewer() throws IOException {
        FaultyDisk counting = new FaultyDisk();
        Path scratch = Files.createTempDirectory(elsewhere, "scratch");
        try (SnapshotStore store = open(counting, scratch)) {
            NEWER.publishTo(store);
        }
        return counting.count(Operation.WRITE);
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private void assertOnlyTheOldOnesAreKept(SnapshotStore store) throws IOException {
        assertThat(store.kept()).containsExactly(OLDER.manifest(), OLDEST.manifest());
        assertThat(files()).hasSize(2);
        OLDER.assertKeptIn(store);
        OLDEST.assertKeptIn(store);
    }

    @Test
    void aDiskThatIsFullAtAnyWriteLosesOnlyTheNewSnapshotAndWorkGoesOnWhenThereIsRoom() throws IOException {
        int writes = writesOfNewer();
        for (int number = 1; number <= writes; number++) {
            FaultyDisk disk = new FaultyDisk();
            disk.failAt(Operation.WRITE, number, new IOException("No space left on device"));
            try (SnapshotStore store = open(disk)) {
                assertThatThrownBy(() -> NEWER.publishTo(store))
                        .as("write %d", number)
                        .isInstanceOf(StorageException.DiskFull.class)
                        .hasRootCauseMessage("No space left on device");
                assertOnlyTheOldOnesAreKept(store);
            }
        }
        FaultyDisk disk = new FaultyDisk();
        disk.failAt(Operation.WRITE, writes, new IOException("No space left on device"));
        try (SnapshotStore store = open(disk)) {
            assertThatThrownBy(() -> NEWER.publishTo(store)).isInstanceOf(StorageException.DiskFull.class);
            NEWER.publishTo(store);
            NEWER.assertKeptIn(store);
        }
    }

    @Test
    void aFullDiskIsMetBeforeAnythingIsWrittenAndTheErrorSaysWhatIsNeededAndWhatThereIs() throws IOException {
        FaultyDisk disk = new FaultyDisk();
        disk.fillUpTo(1_000);
        try (SnapshotStore store = open(disk)) {
            assertThatThrownBy(() -> NEWER.publishTo(store))
                    .isInstanceOf(StorageException.DiskFull.class)
                    .hasMessageContaining("needs 4096 more bytes")
                    .hasMessageMatching(".* 9\\d\\d are available.*");
            assertThat(disk.count(Operation.WRITE))
                    .as("the manifest found room")
                    .isEqualTo(1);
            assertOnlyTheOldOnesAreKept(store);
        }
    }

    @Test
    void aDiskThatIsFullWhileReceivingEndsTheTransfer() throws IOException {
        try (SnapshotStore serving = open(Disk.system(), elsewhere)) {
            NEWER.publishTo(serving);
            FaultyDisk disk = new FaultyDisk();
            disk.failAt(Operation.WRITE, 3, new IOException("No space left on device"));
            try (SnapshotStore store = open(disk);
                    SnapshotSource source = serving.serve(NEWER.last()).orElseThrow();
                    SnapshotReceiver receiver = store.receive()) {
                UnsafeBuffer chunk = new UnsafeBuffer(new byte[source.maxChunkLength()]);
                receiver.onChunk(chunk, 0, source.read(0, chunk, 0));
                receiver.onChunk(chunk, 0, source.read(1, chunk, 0));
                int length = source.read(2, chunk, 0);
                assertThatThrownBy(() -> receiver.onChunk(chunk, 0, length))
                        .isInstanceOf(StorageException.DiskFull.class);
                assertThatThrownBy(() -> receiver.onChunk(chunk, 0, length)).isInstanceOf(IllegalStateException.class);
                assertOnlyTheOldOnesAreKept(store);
            }
        }
    }

    @Test
    void aFailingForceOfTheFileIsFatalAndNothingIsPublished() throws IOException {
        Sample large = new Sample(Sample.manifestAt(30), 40_000, 0, 40_000);
        for (int number = 1; number <= 3; number++) {
            FaultyDisk disk = new FaultyDisk();
            disk.failAt(Operation.FORCE, number, new IOException("Input/output error"));
            try (SnapshotStore store = open(disk)) {
                assertThatThrownBy(() -> large.publishTo(store))
                        .as("force %d", number)
                        .isInstanceOf(StorageException.ForceFailed.class)
                        .hasRootCauseMessage("Input/output error");
                assertOnlyTheOldOnesAreKept(store);
            }
        }
    }

    @Test
    void aFailingForceOfTheDirectoryIsFatalAndTheNameIsNotFoundAgain() throws IOException {
        FaultyDisk disk = new FaultyDisk();
        try (SnapshotStore store = open(disk)) {
            int forced = disk.count(Operation.FORCE_DIRECTORY);
            disk.failAt(Operation.FORCE_DIRECTORY, forced + 1, new IOException("Input/output error"));
            assertThatThrownBy(() -> NEWER.publishTo(store)).isInstanceOf(StorageException.ForceFailed.class);
            assertOnlyTheOldOnesAreKept(store);
        }
        try (SnapshotStore restarted = open(Disk.system())) {
            assertOnlyTheOldOnesAreKept(restarted);
        }
    }

    @Test
    void aFailingForceAtTheStartShowsNothing() {
        for (int number = 1; number <= 2; number++) {
            FaultyDisk disk = new FaultyDisk();
            disk.failAt(Operation.FORCE_DIRECTORY, number, new IOException("Input/output error"));
            assertThatThrownBy(() -> open(disk)).isInstanceOf(StorageException.ForceFailed.class);
        }
    }

    @Test
    void aRenameThatIsRefusedPublishesNothing() throws IOException {
        FaultyDisk disk = new FaultyDisk();
        disk.failAt(Operation.RENAME, 1, new IOException("Permission denied"));
        try (SnapshotStore store = open(disk)) {
            assertThatThrownBy(() -> NEWER.publishTo(store))
                    .isInstanceOf(StorageException.class)
                    .hasRootCauseMessage("Permission denied");
            assertOnlyTheOldOnesAreKept(store);
        }
    }

    @Test
    void anErrorOtherThanAFullDiskIsNotCalledOne() {
        FaultyDisk disk = new FaultyDisk();
        disk.failAt(Operation.WRITE, 2, new IOException("Input/output error"));
        try (SnapshotStore store = open(disk)) {
            assertThatThrownBy(() -> NEWER.publishTo(store)).isExactlyInstanceOf(StorageException.class);
        }
    }
}
