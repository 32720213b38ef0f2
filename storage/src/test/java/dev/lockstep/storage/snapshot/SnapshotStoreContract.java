package dev.lockstep.storage.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.StorageException;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every snapshot store does, whatever it keeps the snapshots in. Receiving has a contract of its own. */
public abstract class SnapshotStoreContract {
    /** What was reported as damaged. */
    protected final List<StorageException.Damaged> damage = new ArrayList<>();

    /** The store under test. */
    protected SnapshotStore store;

    /**
     * Opens the store over the same place each time that a test calls it.
     *
     * @param settings what to open it with
     * @return the open store
     */
    protected abstract SnapshotStore open(SnapshotSettings settings);

    /**
     * @param cluster the cluster to open a store for
     * @return settings with small chunks that write down what is damaged
     */
    protected final SnapshotSettings settings(ClusterId cluster) {
        return SnapshotSettings.of(cluster, damage::add).withChunkBytes(Sample.CHUNK_BYTES);
    }

    @BeforeEach
    final void openStore() {
        store = open(settings(Sample.CLUSTER));
    }

    @AfterEach
    final void closeStore() {
        store.close();
    }

    /** Closes the store and opens it again. */
    protected final void reopen() {
        store.close();
        store = open(settings(Sample.CLUSTER));
    }

    @Test
    void aNewStoreKeepsNothing() {
        assertThat(store.kept()).isEmpty();
        assertThat(store.open(new FrameRef(10, 7, 0))).isEmpty();
        assertThat(store.serve(new FrameRef(10, 7, 0))).isEmpty();
        assertThat(store.verify(new FrameRef(10, 7, 0))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4_000, 4_095, 4_096, 8_192, 100_000})
    void sectionsAreReadBackAsTheyWereWritten(int stateBytes) {
        Sample sample = new Sample(Sample.manifestAt(10), stateBytes / 2, 0, stateBytes);
        sample.publishTo(store);
        sample.assertKeptIn(store);
    }

    @Test
    void aSnapshotSurvivesReopening() {
        Sample.at(10).publishTo(store);
        reopen();
        Sample.at(10).assertKeptIn(store);
    }

    @Test
    void theLongestConfigIsKept() {
        byte[] config = new byte[SnapshotManifest.MAX_CONFIG_BYTES];
        config[config.length - 1] = 42;
        SnapshotManifest manifest =
                new SnapshotManifest(new FrameRef(10, 1, 5), Sample.CLUSTER, 0, 1, -3, new UnsafeBuffer(config));
        new Sample(manifest, 1, 1, 1).publishTo(store);
        reopen();
        assertThat(store.kept()).containsExactly(manifest);
    }

    @Test
    void aSectionThatIsLeftOutIsEmptyAndOneThatIsNotWantedIsSkipped() {
        Sample sample = new Sample(Sample.manifestAt(10), 9_000, 0, 9_000);
        try (SnapshotWriter writer = store.begin(sample.manifest()).orElseThrow()) {
            writer.startSection(SnapshotSection.SESSIONS);
            writer.write(new UnsafeBuffer(sample.content(SnapshotSection.SESSIONS)), 0, 9_000);
            writer.startSection(SnapshotSection.STATE);
            writer.write(new UnsafeBuffer(sample.content(SnapshotSection.STATE)), 0, 9_000);
            writer.publish();
        }
        sample.assertKeptIn(store);
        try (SnapshotReader reader = store.open(sample.last()).orElseThrow()) {
            reader.startSection(SnapshotSection.STATE);
            assertThat(Sample.readSection(reader, 10_000)).isEqualTo(sample.content(SnapshotSection.STATE));
        }
    }

    @Test
    void sectionsAreWrittenAndReadInOrder() {
        Sample.at(10).publishTo(store);
        try (SnapshotWriter writer = store.begin(Sample.manifestAt(20)).orElseThrow();
                SnapshotReader reader = store.open(Sample.at(10).last()).orElseThrow()) {
            UnsafeBuffer buffer = new UnsafeBuffer(new byte[8]);
            assertThatThrownBy(() -> writer.write(buffer, 0, 8)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> reader.read(buffer, 0, 8)).isInstanceOf(IllegalStateException.class);
            writer.startSection(SnapshotSection.TIMERS);
            reader.startSection(SnapshotSection.TIMERS);
            assertThatThrownBy(() -> writer.startSection(SnapshotSection.SESSIONS))
                    .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> reader.startSection(SnapshotSection.TIMERS))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void whatIsNotPublishedIsNotThere() {
        Sample.at(10).publishTo(store);
        try (SnapshotWriter writer = store.begin(Sample.manifestAt(20)).orElseThrow()) {
            Sample.at(20).fill(writer);
            assertThat(store.kept()).containsExactly(Sample.manifestAt(10));
            assertThat(store.open(Sample.at(20).last())).isEmpty();
        }
        reopen();
        assertThat(store.kept()).containsExactly(Sample.manifestAt(10));
        Sample.at(20).publishTo(store);
        Sample.at(20).assertKeptIn(store);
    }

    @Test
    void theNewestTwoAreKeptNewestFirst() {
        for (long index = 10; index <= 40; index += 10) {
            Sample.at(index).publishTo(store);
        }
        assertThat(store.kept()).containsExactly(Sample.manifestAt(40), Sample.manifestAt(30));
        assertThat(store.open(Sample.at(20).last())).isEmpty();
        reopen();
        assertThat(store.kept()).containsExactly(Sample.manifestAt(40), Sample.manifestAt(30));
        Sample.at(40).assertKeptIn(store);
        Sample.at(30).assertKeptIn(store);
    }

    @Test
    void aSnapshotThatIsNotNewerIsStale() {
        Sample.at(20).publishTo(store);
        assertThat(store.begin(Sample.manifestAt(20))).as("the same").isEmpty();
        assertThat(store.begin(Sample.manifestAt(19))).as("older").isEmpty();
        assertThat(store.begin(Sample.manifest(new FrameRef(21, 6, 0), Sample.CLUSTER, 1)))
                .as("longer, of a term that was deposed")
                .isEmpty();
        assertThat(store.begin(Sample.manifest(new FrameRef(21, 7, 0), Sample.CLUSTER, 0)))
                .as("longer, of an epoch that was left")
                .isEmpty();
        assertThat(store.kept()).containsExactly(Sample.manifestAt(20));
        Sample.at(21).publishTo(store);
        assertThat(store.kept()).containsExactly(Sample.manifestAt(21), Sample.manifestAt(20));
    }

    @Test
    void oneIsWrittenOrReceivedAtATime() {
        try (SnapshotWriter writer = store.begin(Sample.manifestAt(10)).orElseThrow()) {
            assertThat(writer.manifest()).isEqualTo(Sample.manifestAt(10));
            assertThatThrownBy(() -> store.begin(Sample.manifestAt(20))).isInstanceOf(StorageException.InUse.class);
            assertThatThrownBy(() -> store.receive()).isInstanceOf(StorageException.InUse.class);
            assertThatThrownBy(() -> store.orphanBeyond(5)).isInstanceOf(StorageException.InUse.class);
        }
        try (SnapshotReceiver receiver = store.receive()) {
            assertThat(receiver.wantedChunk()).isZero();
            assertThatThrownBy(() -> store.begin(Sample.manifestAt(20))).isInstanceOf(StorageException.InUse.class);
        }
        Sample.at(20).publishTo(store);
    }

    @Test
    void readingAndServingGoOnWhileTheSnapshotIsReplaced() {
        Sample.at(10).publishTo(store);
        try (SnapshotReader reader = store.open(Sample.at(10).last()).orElseThrow();
                SnapshotSource source = store.serve(Sample.at(10).last()).orElseThrow()) {
            Sample.at(20).publishTo(store);
            Sample.at(30).publishTo(store);
            assertThat(store.open(Sample.at(10).last())).isEmpty();
            Sample.at(10).assertIsReadFrom(reader);
            UnsafeBuffer chunk = new UnsafeBuffer(new byte[source.maxChunkLength()]);
            long total = 0;
            for (int number = source.chunkCount() - 1; number >= 0; number--) {
                total += source.read(number, chunk, 0);
            }
            assertThat(total).isEqualTo(source.totalBytes());
        }
        assertThat(damage).isEmpty();
    }

    @Test
    void aSnapshotOfAnotherClusterIsRefusedWithBothNames() {
        SnapshotManifest foreign = Sample.manifest(new FrameRef(10, 7, 0), new ClusterId(0xBAD), 1);
        assertThatThrownBy(() -> store.begin(foreign))
                .isInstanceOf(StorageException.WrongCluster.class)
                .hasMessageContaining("0000000000c0ffee")
                .hasMessageContaining("0000000000000bad");
        Sample.at(10).publishTo(store);
    }

    @Test
    void aStoreOfNoClusterYetTakesAnyButNotTwo() {
        store.close();
        store = open(settings(ClusterId.UNBORN));
        Sample.at(10).publishTo(store);
        SnapshotManifest foreign = Sample.manifest(new FrameRef(20, 7, 0), new ClusterId(0xBAD), 1);
        assertThatThrownBy(() -> store.begin(foreign)).isInstanceOf(StorageException.WrongCluster.class);
        Sample.at(20).publishTo(store);
    }

    @Test
    void aBranchOfHistoryThatWasLeftIsSetAside() {
        Sample.at(10).publishTo(store);
        Sample.at(20).publishTo(store);
        SnapshotManifest ofNewEpoch = Sample.manifest(new FrameRef(15, 1L << 32, 0), Sample.CLUSTER, 2);
        assertThat(store.begin(ofNewEpoch)).isEmpty();
        store.orphanBeyond(12);
        assertThat(store.kept()).containsExactly(Sample.manifestAt(10));
        new Sample(ofNewEpoch, 1, 1, 1).publishTo(store);
        reopen();
        assertThat(store.kept()).containsExactly(ofNewEpoch, Sample.manifestAt(10));
    }

    @Test
    void whatWasClosedIsNotUsedAnyMore() {
        Sample.at(10).publishTo(store);
        SnapshotWriter writer = store.begin(Sample.manifestAt(20)).orElseThrow();
        SnapshotReader reader = store.open(Sample.at(10).last()).orElseThrow();
        SnapshotSource source = store.serve(Sample.at(10).last()).orElseThrow();
        writer.close();
        reader.close();
        source.close();
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[Sample.CHUNK_BYTES]);
        reader.startSection(SnapshotSection.SESSIONS);
        assertThatThrownBy(writer::publish).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> reader.read(buffer, 0, 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> source.read(1, buffer, 0)).isInstanceOf(IllegalStateException.class);
        Sample.at(20).publishTo(store);
        writer.close();
        Sample.at(20).assertKeptIn(store);
    }

    @Test
    void aPublishedSnapshotIsNotWrittenOn() {
        try (SnapshotWriter writer = store.begin(Sample.manifestAt(10)).orElseThrow()) {
            writer.publish();
            assertThatThrownBy(writer::publish).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> writer.startSection(SnapshotSection.STATE))
                    .isInstanceOf(IllegalStateException.class);
        }
        assertThat(store.kept()).containsExactly(Sample.manifestAt(10));
    }

    @Test
    void nothingIsBegunPublishedOrOpenedAfterTheStoreIsClosed() {
        Sample.at(10).publishTo(store);
        try (SnapshotWriter writer = store.begin(Sample.manifestAt(20)).orElseThrow()) {
            store.close();
            assertThatThrownBy(writer::publish).isInstanceOf(IllegalStateException.class);
        }
        assertThatThrownBy(() -> store.begin(Sample.manifestAt(20))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> store.receive()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> store.open(Sample.at(10).last())).isInstanceOf(IllegalStateException.class);
        reopen();
        assertThat(store.kept()).containsExactly(Sample.manifestAt(10));
    }
}
