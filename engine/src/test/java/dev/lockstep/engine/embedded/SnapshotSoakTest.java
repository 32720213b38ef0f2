package dev.lockstep.engine.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.Durability;
import dev.lockstep.engine.Engine;
import dev.lockstep.engine.Reply;
import dev.lockstep.engine.Snapshot;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node under load that saves its state and cuts its log all the while takes no more at the end than at a third of it. */
@Timeout(240)
final class SnapshotSoakTest {
    /** In thirds of so many commands. */
    private static final int THIRD = Integer.getInteger("lockstep.soak.commands", 30_000);

    private static final int EVERY = 500;
    private static final int SEGMENT_BYTES = 512 << 10;
    private static final int COMMAND_BYTES = 1000;
    private static final int WINDOW = 256;
    /** What comes and goes: less than one for each snapshot or each segment of two thirds. */
    private static final int COMING_AND_GOING = 12;

    private static final long HEAP_SLACK_BYTES = 4 << 20;

    private static final int LOOKS = 10;
    private static final long BETWEEN_LOOKS_NS = 20_000_000;

    @TempDir
    private Path directory;

    /** What the process, and the node's directory, take. */
    private record Taken(
            long heapBytes,
            long directBuffers,
            long directBytes,
            long handles,
            long maps,
            long threads,
            long diskBytes) {
        Taken least(Taken other) {
            return new Taken(
                    Math.min(heapBytes, other.heapBytes),
                    Math.min(directBuffers, other.directBuffers),
                    Math.min(directBytes, other.directBytes),
                    Math.min(handles, other.handles),
                    Math.min(maps, other.maps),
                    Math.min(threads, other.threads),
                    Math.min(diskBytes, other.diskBytes));
        }
    }

    private void submit(Engine engine, int commands) {
        ArrayDeque<CompletableFuture<Reply>> underWay = new ArrayDeque<>();
        for (int i = 0; i < commands; i++) {
            underWay.add(engine.submit(new byte[COMMAND_BYTES]));
            if (underWay.size() == WINDOW) {
                underWay.remove().join();
            }
        }
        underWay.forEach(CompletableFuture::join);
    }

    /** As little as it comes to: what else runs here takes too, and what was let go of is freed a while after it was collected. */
    private Taken take() throws IOException {
        Taken least = look();
        for (int i = 0; i < LOOKS; i++) {
            LockSupport.parkNanos(BETWEEN_LOOKS_NS);
            least = least.least(look());
        }
        return least;
    }

    private Taken look() throws IOException {
        System.gc();
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        long direct = 0;
        long directBytes = 0;
        for (BufferPoolMXBean each : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
            direct += each.getCount();
            directBytes += each.getMemoryUsed();
        }
        return new Taken(
                heap,
                direct,
                directBytes,
                countOf(Path.of("/proc/self/fd")),
                mapsOf(directory),
                ManagementFactory.getThreadMXBean().getThreadCount(),
                DirectoryBytes.of(directory));
    }

    private static long countOf(Path listed) throws IOException {
        try (Stream<Path> all = Files.list(listed)) {
            return all.count();
        }
    }

    private static long mapsOf(Path directory) throws IOException {
        try (Stream<String> all = Files.lines(Path.of("/proc/self/maps"))) {
            return all.filter(each -> each.contains(directory.toString())).count();
        }
    }

    /** All that is not needed any more is gone. */
    private static void settle(Engine engine) {
        long segments = engine.status().counters().get("segment rolls");
        while (engine.status().appendedIndex() > engine.status().flushedIndex()
                || engine.status().counters().get("segment rolls") != segments) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Test
    void nothingGrowsWithSnapshotsOrSegments() throws IOException {
        LargeAdder adder = new LargeAdder();
        try (Engine engine = Engine.builder()
                .directory(directory)
                .stateMachine(adder)
                .durability(Durability.APPENDED)
                .segmentBytes(SEGMENT_BYTES)
                .maxCommandBytes(1024)
                .snapshots(Snapshot.every(EVERY))
                .start()) {
            submit(engine, THIRD);
            settle(engine);
            Taken early = take();
            long rolled = engine.status().counters().get("segment rolls");
            long snapshot = engine.status().snapshotIndex();
            submit(engine, 2 * THIRD);
            settle(engine);
            Taken late = take();
            assertThat(engine.status().counters().get("segment rolls") - rolled).isGreaterThan(2 * COMING_AND_GOING);
            assertThat(engine.status().snapshotIndex() - snapshot).isGreaterThan(THIRD);
            String both = early + " and then " + late;
            assertThat(late.heapBytes).as(both).isLessThan(early.heapBytes + HEAP_SLACK_BYTES);
            assertThat(late.directBuffers).as(both).isLessThan(early.directBuffers + COMING_AND_GOING);
            assertThat(late.directBytes).as(both).isLessThan(early.directBytes + HEAP_SLACK_BYTES);
            assertThat(late.handles).as(both).isLessThan(early.handles + COMING_AND_GOING);
            assertThat(late.maps).as(both).isLessThan(early.maps + COMING_AND_GOING);
            assertThat(late.threads).as(both).isLessThan(early.threads + 4);
            assertThat(late.diskBytes).as(both).isLessThan(early.diskBytes + (long) COMING_AND_GOING * SEGMENT_BYTES);
        }
    }
}
