package dev.lockstep.storage.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.lockstep.storage.Disk;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A snapshot of any size takes a chunk or two of memory. */
class FileSnapshotMemoryTest {
    private static final int CHUNK_BYTES = SnapshotSettings.DEFAULT_CHUNK_BYTES;
    private static final int PIECE_BYTES = 64 * 1024;
    private static final int PIECES = 200 * 1024 * 1024 / PIECE_BYTES;
    // Asking for the free room and measuring itself take a little each time; a copy of the chunks would be 200 MB.
    private static final long HEAP_BYTES = 16L * 1024 * 1024;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final BufferPoolMXBean direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .findFirst()
            .orElseThrow();
    private final UnsafeBuffer piece = new UnsafeBuffer(ByteBuffer.allocateDirect(PIECE_BYTES));
    private long directAtStart;
    private long mostDirect;
    private long heapAtStart;

    @TempDir
    private Path root;

    private SnapshotStore open(String node) {
        SnapshotSettings settings = SnapshotSettings.of(Sample.CLUSTER, damaged -> {
            throw damaged;
        });
        return FileSnapshotStore.open(Disk.system(), root.resolve(node), settings);
    }

    private void startMeasuring() {
        directAtStart = direct.getMemoryUsed();
        mostDirect = 0;
        heapAtStart = threads.getCurrentThreadAllocatedBytes();
    }

    private void measure() {
        mostDirect = Math.max(mostDirect, direct.getMemoryUsed() - directAtStart);
    }

    private void assertFewChunksWereTaken(int chunks) {
        assertThat(mostDirect).as("outside the heap").isBetween((long) CHUNK_BYTES, chunks * (CHUNK_BYTES + 1024L));
        assertThat(direct.getMemoryUsed() - directAtStart).as("given back").isLessThan(CHUNK_BYTES);
        assertThat(threads.getCurrentThreadAllocatedBytes() - heapAtStart)
                .as("on the heap")
                .isLessThan(HEAP_BYTES);
    }

    @Test
    void twoHundredMegabytesPassThroughAChunkOrTwo() {
        SnapshotManifest manifest = Sample.manifestAt(10);
        try (SnapshotStore store = open("a");
                SnapshotStore other = open("b")) {
            write(store, manifest);
            transfer(store, manifest, other);
            read(other, manifest);
        }
    }

    private void write(SnapshotStore store, SnapshotManifest manifest) {
        startMeasuring();
        try (SnapshotWriter writer = store.begin(manifest).orElseThrow()) {
            writer.startSection(SnapshotSection.STATE);
            for (int number = 0; number < PIECES; number++) {
                piece.setMemory(0, PIECE_BYTES, (byte) number);
                writer.write(piece, 0, PIECE_BYTES);
                measure();
            }
            writer.publish();
        }
        assertFewChunksWereTaken(1);
    }

    private void transfer(SnapshotStore from, SnapshotManifest manifest, SnapshotStore to) {
        UnsafeBuffer chunk = new UnsafeBuffer(ByteBuffer.allocateDirect(CHUNK_BYTES));
        startMeasuring();
        try (SnapshotSource source = from.serve(manifest.last()).orElseThrow();
                SnapshotReceiver receiver = to.receive()) {
            while (receiver.wantedChunk() != SnapshotReceiver.NONE) {
                receiver.onChunk(chunk, 0, source.read(receiver.wantedChunk(), chunk, 0));
                measure();
            }
        }
        assertFewChunksWereTaken(2);
    }

    private void read(SnapshotStore store, SnapshotManifest manifest) {
        startMeasuring();
        try (SnapshotReader reader = store.open(manifest.last()).orElseThrow()) {
            reader.startSection(SnapshotSection.STATE);
            long total = 0;
            int got = reader.read(piece, 0, PIECE_BYTES);
            while (got != SnapshotReader.END) {
                long expected = (byte) (total / PIECE_BYTES);
                assertThatByteIs(piece.getByte(0), expected);
                total += got;
                measure();
                got = reader.read(piece, 0, PIECE_BYTES);
            }
            assertThat(total).isEqualTo((long) PIECES * PIECE_BYTES);
        }
        assertFewChunksWereTaken(1);
    }

    /** The assertion itself would allocate more than what is measured. */
    private static void assertThatByteIs(byte found, long expected) {
        if (found != expected) {
            throw new AssertionError("expected " + expected + ", found " + found);
        }
    }
}
