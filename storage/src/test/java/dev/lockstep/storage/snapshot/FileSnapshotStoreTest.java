package dev.lockstep.storage.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.Disk;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.testing.FaultyDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileSnapshotStoreTest extends SnapshotStoreContract {
    private static final int PAYLOAD_BYTES = Sample.CHUNK_BYTES - SealedChunk.CHUNK_HEADER_LENGTH;

    @TempDir
    private Path root;

    @Override
    protected SnapshotStore open(SnapshotSettings settings) {
        return open(Disk.system(), settings);
    }

    private SnapshotStore open(Disk disk, SnapshotSettings settings) {
        return FileSnapshotStore.open(disk, root.resolve("snapshots"), settings);
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(root.resolve("snapshots"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static String name(long index) {
        return String.format("snapshot-%019d.snap", index);
    }

    @ParameterizedTest
    @ValueSource(ints = {PAYLOAD_BYTES - 1, PAYLOAD_BYTES, PAYLOAD_BYTES + 1, 2 * PAYLOAD_BYTES, 20 * PAYLOAD_BYTES})
    void sectionsThatJustFillTheirChunksAreReadBack(int stateBytes) {
        Sample sample = new Sample(Sample.manifestAt(10), stateBytes, stateBytes, stateBytes);
        sample.publishTo(store);
        reopen();
        sample.assertKeptIn(store);
    }

    @Test
    void leftoversOfAnUnfinishedSnapshotAreRemovedAndStrangersLeftAlone() throws IOException {
        Sample.at(10).publishTo(store);
        Files.write(root.resolve("snapshots").resolve(name(20) + ".partial"), new byte[100]);
        Files.write(root.resolve("snapshots").resolve("notes.txt"), new byte[100]);
        Files.write(root.resolve("snapshots").resolve("snapshot-9999999999999999999.snap"), new byte[100]);
        reopen();
        assertThat(files()).containsExactly("notes.txt", name(10), "snapshot-9999999999999999999.snap");
        Sample.at(10).assertKeptIn(store);
    }

    @Test
    void aDirectoryOfAnotherClusterIsRefusedUntouchedWithBothNames() throws IOException {
        Sample.at(10).publishTo(store);
        Files.write(root.resolve("snapshots").resolve(name(20) + ".partial"), new byte[100]);
        List<String> before = files();
        assertThatThrownBy(() -> open(settings(new ClusterId(0xBAD))))
                .isInstanceOf(StorageException.WrongCluster.class)
                .hasMessageContaining("0000000000c0ffee")
                .hasMessageContaining("0000000000000bad");
        assertThat(files()).isEqualTo(before);
        open(settings(ClusterId.UNBORN)).close();
    }

    @Test
    void aDirectoryWithSnapshotsOfTwoClustersIsRefusedEvenByANodeOfNone() throws IOException {
        Sample.at(10).publishTo(store);
        Path elsewhere = root.resolve("elsewhere");
        SnapshotManifest foreign = Sample.manifest(new FrameRef(20, 7, 0), new ClusterId(0xBAD), 1);
        try (SnapshotStore other = FileSnapshotStore.open(Disk.system(), elsewhere, settings(foreign.cluster()))) {
            new Sample(foreign, 1, 1, 1).publishTo(other);
        }
        Files.move(elsewhere.resolve(name(20)), root.resolve("snapshots").resolve(name(20)));
        assertThatThrownBy(() -> open(settings(ClusterId.UNBORN))).isInstanceOf(StorageException.WrongCluster.class);
    }

    @Test
    void whatCountsIsForcedRenamedAndForcedInThatOrderAndTheOldestGoesLast() {
        Sample.at(10).publishTo(store);
        Sample.at(20).publishTo(store);
        FaultyDisk disk = new FaultyDisk();
        store.close();
        store = open(disk, settings(Sample.CLUSTER));
        int opened = disk.count();
        Sample.at(30).publishTo(store);
        List<String> asked = disk.trace().subList(opened, disk.count());
        assertThat(asked.subList(asked.lastIndexOf("WRITE") + 1, asked.size()))
                .containsExactly(
                        "FORCE " + name(30) + ".partial",
                        "RENAME " + name(30),
                        "FORCE_DIRECTORY snapshots",
                        "DELETE " + name(10),
                        "FORCE_DIRECTORY snapshots");
    }

    @Test
    void aLargeSnapshotIsForcedInSteps() {
        FaultyDisk disk = new FaultyDisk();
        store.close();
        store = open(disk, settings(Sample.CLUSTER));
        new Sample(Sample.manifestAt(10), 0, 0, 30 * PAYLOAD_BYTES).publishTo(store);
        List<String> asked = disk.trace();
        int writesSinceForce = 0;
        for (String operation : asked) {
            writesSinceForce =
                    operation.startsWith("FORCE ") ? 0 : writesSinceForce + (operation.equals("WRITE") ? 1 : 0);
            assertThat(writesSinceForce).isLessThanOrEqualTo(8);
        }
        assertThat(disk.count(FaultyDisk.Operation.FORCE)).isEqualTo(4);
    }

    @Test
    void anotherThreadReadsAndVerifiesWhileSnapshotsComeAndGo() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger read = new AtomicInteger();
        CountDownLatch firstRead = new CountDownLatch(1);
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Sample.at(1).publishTo(store);
            Future<?> reading = thread.submit(() -> {
                while (!done.get()) {
                    for (SnapshotManifest manifest : store.kept()) {
                        readIfStillKept(Sample.at(manifest.last().index()), read);
                    }
                    firstRead.countDown();
                }
            });
            firstRead.await();
            for (long index = 2; index <= 40; index++) {
                Sample.at(index).publishTo(store);
            }
            done.set(true);
            reading.get();
        } finally {
            thread.shutdownNow();
        }
        assertThat(read.get()).isPositive();
        assertThat(damage).isEmpty();
    }

    private void readIfStillKept(Sample sample, AtomicInteger read) {
        store.verify(sample.last());
        store.open(sample.last()).ifPresent(opened -> {
            try (SnapshotReader reader = opened) {
                sample.assertIsReadFrom(reader);
                read.incrementAndGet();
            }
        });
    }
}
