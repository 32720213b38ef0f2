package dev.lockstep.storage.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.StorageException;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How every pair of snapshot stores hands a snapshot from one node to another. */
public abstract class SnapshotTransferContract {
    private static final Sample SAMPLE = Sample.at(20);

    private SnapshotStore serving;
    private SnapshotStore receiving;

    /**
     * Opens a store that belongs to one node.
     *
     * @param node the node; another one has another store
     * @param settings what to open it with
     * @return the open store
     */
    protected abstract SnapshotStore open(String node, SnapshotSettings settings);

    private SnapshotStore open(String node, ClusterId cluster) {
        SnapshotSettings settings = SnapshotSettings.of(cluster, damaged -> {
            throw damaged; // nothing is damaged on disk here
        });
        return open(node, settings.withChunkBytes(Sample.CHUNK_BYTES));
    }

    @BeforeEach
    final void openBoth() {
        serving = open("a", Sample.CLUSTER);
        receiving = open("b", Sample.CLUSTER);
        SAMPLE.publishTo(serving);
    }

    @AfterEach
    final void closeBoth() {
        serving.close();
        receiving.close();
    }

    private static ChunkVerdict bring(SnapshotSource source, int number, SnapshotReceiver receiver) {
        UnsafeBuffer chunk = chunk(source, number);
        return receiver.onChunk(chunk, 0, chunk.capacity());
    }

    private static UnsafeBuffer chunk(SnapshotSource source, int number) {
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[source.maxChunkLength()]);
        int length = source.read(number, buffer, 0);
        return new UnsafeBuffer(buffer, 0, length);
    }

    /** Brings what is wanted until the receiver has it all. */
    private static void bringAll(SnapshotSource source, SnapshotReceiver receiver) {
        while (receiver.wantedChunk() != SnapshotReceiver.NONE) {
            boolean isLast = receiver.wantedChunk() == source.chunkCount() - 1;
            assertThat(bring(source, receiver.wantedChunk(), receiver))
                    .isEqualTo(isLast ? ChunkVerdict.COMPLETE : ChunkVerdict.ACCEPTED);
        }
    }

    @Test
    void aServedSnapshotIsReceivedByteForByte() {
        try (SnapshotSource source = serving.serve(SAMPLE.last()).orElseThrow();
                SnapshotReceiver receiver = receiving.receive()) {
            assertThat(receiver.manifest()).isNull();
            bringAll(source, receiver);
            assertThat(receiver.manifest()).isEqualTo(SAMPLE.manifest());
        }
        SAMPLE.assertKeptIn(receiving);
    }

    @Test
    void whatIsNotCompleteIsNotThereAndAnAbortedTransferStartsOver() {
        try (SnapshotSource source = serving.serve(SAMPLE.last()).orElseThrow()) {
            try (SnapshotReceiver aborted = receiving.receive()) {
                for (int number = 0; number < source.chunkCount() - 1; number++) {
                    bring(source, number, aborted);
                }
                assertThat(receiving.kept()).isEmpty();
            }
            try (SnapshotReceiver receiver = receiving.receive()) {
                assertThat(receiver.wantedChunk()).isZero();
                bringAll(source, receiver);
            }
        }
        SAMPLE.assertKeptIn(receiving);
    }

    @Test
    void aTransferResumesWhereItStoppedFromWhoeverHasTheSameSnapshot() {
        try (SnapshotReceiver receiver = receiving.receive()) {
            try (SnapshotSource source = serving.serve(SAMPLE.last()).orElseThrow()) {
                bring(source, 0, receiver);
                bring(source, 1, receiver);
                bring(source, 2, receiver);
            }
            assertThat(receiver.wantedChunk()).isEqualTo(3);
            try (SnapshotStore other = open("c", Sample.CLUSTER)) {
                SAMPLE.publishTo(other);
                try (SnapshotSource source = other.serve(SAMPLE.last()).orElseThrow()) {
                    bringAll(source, receiver);
                }
            }
        }
        SAMPLE.assertKeptIn(receiving);
    }

    @Test
    void duplicatesAndChunksThatCameTooEarlyAreNotWanted() {
        try (SnapshotSource source = serving.serve(SAMPLE.last()).orElseThrow();
                SnapshotReceiver receiver = receiving.receive()) {
            assertThat(bring(source, 1, receiver)).isEqualTo(ChunkVerdict.UNWANTED);
            bring(source, 0, receiver);
            assertThat(bring(source, 0, receiver)).isEqualTo(ChunkVerdict.UNWANTED);
            assertThat(bring(source, 2, receiver)).isEqualTo(ChunkVerdict.UNWANTED);
            assertThat(bring(source, source.chunkCount() - 1, receiver)).isEqualTo(ChunkVerdict.UNWANTED);
            assertThat(receiver.wantedChunk()).isEqualTo(1);
            bringAll(source, receiver);
            assertThat(bring(source, source.chunkCount() - 1, receiver)).isEqualTo(ChunkVerdict.UNWANTED);
        }
        SAMPLE.assertKeptIn(receiving);
    }

    @Test
    void aChunkWithAFlippedByteOrAMissingEndIsDamagedAndAskedForAgain() {
        try (SnapshotSource source = serving.serve(SAMPLE.last()).orElseThrow();
                SnapshotReceiver receiver = receiving.receive()) {
            for (int number = 0; number < source.chunkCount(); number++) {
                UnsafeBuffer chunk = chunk(source, number);
                for (int at = 0; at < chunk.capacity(); at += at < 128 ? 1 : 97) {
                    chunk.putByte(at, (byte) (chunk.getByte(at) ^ 0x10));
                    assertThat(receiver.onChunk(chunk, 0, chunk.capacity())).isEqualTo(ChunkVerdict.DAMAGED);
                    chunk.putByte(at, (byte) (chunk.getByte(at) ^ 0x10));
                    assertThat(receiver.onChunk(chunk, 0, at)).isEqualTo(ChunkVerdict.DAMAGED);
                }
                assertThat(receiver.wantedChunk()).isEqualTo(number);
                bring(source, number, receiver);
            }
        }
        SAMPLE.assertKeptIn(receiving);
    }

    @Test
    void chunksOfAnotherSnapshotAreForeignEvenAtTheSameIndex() {
        Sample sameIndex = new Sample(SAMPLE.manifest(), 5_001, 10, 16_000);
        try (SnapshotStore other = open("c", Sample.CLUSTER);
                SnapshotStore another = open("d", Sample.CLUSTER);
                SnapshotReceiver receiver = receiving.receive()) {
            sameIndex.publishTo(other);
            Sample.at(30).publishTo(another);
            try (SnapshotSource source = serving.serve(SAMPLE.last()).orElseThrow();
                    SnapshotSource atSameIndex = other.serve(sameIndex.last()).orElseThrow();
                    SnapshotSource atOtherIndex =
                            another.serve(Sample.at(30).last()).orElseThrow()) {
                bring(source, 0, receiver);
                bring(source, 1, receiver);
                bring(source, 2, receiver);
                assertThat(bring(atSameIndex, 3, receiver)).isEqualTo(ChunkVerdict.FOREIGN);
                assertThat(bring(atOtherIndex, 3, receiver)).isEqualTo(ChunkVerdict.FOREIGN);
                assertThat(bring(atOtherIndex, 4, receiver)).isEqualTo(ChunkVerdict.FOREIGN);
                bringAll(source, receiver);
            }
        }
        SAMPLE.assertKeptIn(receiving);
    }

    @Test
    void aSnapshotThatIsNotNewerIsStaleAndABetterOneMayStillCome() {
        Sample.at(25).publishTo(receiving);
        try (SnapshotSource source = serving.serve(SAMPLE.last()).orElseThrow();
                SnapshotReceiver receiver = receiving.receive()) {
            assertThat(bring(source, 0, receiver)).isEqualTo(ChunkVerdict.STALE);
            assertThat(receiver.wantedChunk()).isZero();
            Sample.at(30).publishTo(serving);
            try (SnapshotSource better = serving.serve(Sample.at(30).last()).orElseThrow()) {
                bringAll(better, receiver);
            }
        }
        assertThat(receiving.kept()).containsExactly(Sample.manifestAt(30), Sample.manifestAt(25));
    }

    @Test
    void aSnapshotOfAnotherClusterIsRefused() {
        try (SnapshotStore elsewhere = open("c", new ClusterId(0xBAD));
                SnapshotSource source = serving.serve(SAMPLE.last()).orElseThrow();
                SnapshotReceiver receiver = elsewhere.receive()) {
            assertThatThrownBy(() -> bring(source, 0, receiver))
                    .isInstanceOf(StorageException.WrongCluster.class)
                    .hasMessageContaining("0000000000c0ffee")
                    .hasMessageContaining("0000000000000bad");
            assertThat(receiver.wantedChunk()).isZero();
        }
    }

    @Test
    void aNodeOfNoClusterYetReceivesFromAny() {
        try (SnapshotStore unborn = open("c", ClusterId.UNBORN);
                SnapshotSource source = serving.serve(SAMPLE.last()).orElseThrow();
                SnapshotReceiver receiver = unborn.receive()) {
            bringAll(source, receiver);
            SAMPLE.assertKeptIn(unborn);
        }
    }

    @Test
    void aChunkThatIsNotThereCannotBeServed() {
        try (SnapshotSource source = serving.serve(SAMPLE.last()).orElseThrow()) {
            UnsafeBuffer buffer = new UnsafeBuffer(new byte[source.maxChunkLength()]);
            assertThatThrownBy(() -> source.read(source.chunkCount(), buffer, 0))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> source.read(-1, buffer, 0)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void aClosedTransferTakesNothing() {
        try (SnapshotSource source = serving.serve(SAMPLE.last()).orElseThrow()) {
            SnapshotReceiver receiver = receiving.receive();
            receiver.close();
            assertThatThrownBy(() -> bring(source, 0, receiver)).isInstanceOf(IllegalStateException.class);
        }
    }
}
