package dev.lockstep.storage.journal;

import static dev.lockstep.storage.journal.ChronicleBench.SMALL;
import static dev.lockstep.storage.journal.ChronicleBench.TABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.storage.journal.ChronicleBench.Raw;
import dev.lockstep.storage.testing.Directories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.core.time.TimeProvider;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.RollCycle;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.wire.DocumentContext;
import net.openhft.chronicle.wire.UnrecoverableTimeoutException;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Chronicle does with a directory that it opens, as far as the journal rests on it, or guards against it. */
class ChronicleStartFactsTest {
    private static final int MARK_OF_THE_END = ChronicleBench.NOT_READY | ChronicleBench.META;

    @TempDir
    private Path root;

    /** Like the journal's cycle, but with the format of one that Chronicle has built in. */
    private record CycleNamedLikeABuiltInOne(SegmentCycle ours) implements RollCycle {
        @Override
        public String format() {
            return RollCycles.FAST_DAILY.format();
        }

        @Override
        public int lengthInMillis() {
            return ours.lengthInMillis();
        }

        @Override
        public int defaultIndexCount() {
            return ours.defaultIndexCount();
        }

        @Override
        public int defaultIndexSpacing() {
            return ours.defaultIndexSpacing();
        }

        @Override
        public int current(TimeProvider time, long epoch) {
            return 0;
        }

        @Override
        public long toIndex(int cycle, long sequenceNumber) {
            return ours.toIndex(cycle, sequenceNumber);
        }

        @Override
        public long toSequenceNumber(long index) {
            return ours.toSequenceNumber(index);
        }

        @Override
        public int toCycle(long index) {
            return ours.toCycle(index);
        }

        @Override
        public long maxMessagesPerCycle() {
            return ours.maxMessagesPerCycle();
        }
    }

    private static final RollCycle TRAPPED = new CycleNamedLikeABuiltInOne(SegmentCycle.forSegment(SMALL));

    private Path directory(String name) throws IOException {
        return Files.createDirectories(root.resolve(name));
    }

    /** Leaves a queue with one record, and no table. */
    private Path queueWithoutTable(RollCycle cycle) throws IOException {
        Path directory = directory("queue");
        appendOne(directory, cycle);
        Files.delete(directory.resolve(TABLE));
        return directory;
    }

    private static RollCycle appendOne(Path directory, RollCycle cycle) {
        try (SingleChronicleQueue queue =
                        ChronicleBench.queueIn(directory, cycle, SMALL).build();
                ExcerptAppender appender = queue.createAppender()) {
            appender.writeBytes(Bytes.wrapForRead(new byte[] {1, 2, 3, 4}));
            return queue.rollCycle();
        }
    }

    private static List<Path> queueFiles(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".cq4"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void aTableOfZerosIsTakenForANewOne() throws IOException {
        Path directory = directory("blank");
        Files.write(directory.resolve(TABLE), new byte[128 << 10]);
        assertThat(appendOne(directory, SegmentCycle.forSegment(SMALL))).isEqualTo(SegmentCycle.forSegment(SMALL));
        assertThat(Files.size(directory.resolve(TABLE))).isEqualTo(128 << 10);
    }

    @Test
    void withoutATableAFileNamedLikeABuiltInCyclesTakesThatCycleAndIsRolledAway() throws IOException {
        Path directory = queueWithoutTable(TRAPPED);
        Path first = queueFiles(directory).get(0);

        assertThat(appendOne(directory, TRAPPED)).isEqualTo(RollCycles.FAST_DAILY);

        assertThat(queueFiles(directory)).hasSize(2);
        assertThat(ChronicleBench.rawData(first)).hasSize(1);
        assertThat(ChronicleBench.rawHeaderBehindLast(first)).isEqualTo(MARK_OF_THE_END);
    }

    @Test
    void withATableOfZerosEvenSuchAFileKeepsItsCycle() throws IOException {
        Path directory = queueWithoutTable(TRAPPED);
        Files.write(directory.resolve(TABLE), new byte[128 << 10]);
        assertThat(appendOne(directory, TRAPPED)).isEqualTo(TRAPPED);
        assertThat(queueFiles(directory)).hasSize(1);
    }

    @Test
    void aFormatOfOurOwnIsKeptEvenWithoutATable() throws IOException {
        SegmentCycle ours = SegmentCycle.forSegment(SMALL);
        Path directory = queueWithoutTable(ours);
        assertThat(appendOne(directory, ours)).isEqualTo(ours);
        assertThat(queueFiles(directory)).hasSize(1);
        assertThat(ChronicleBench.rawData(queueFiles(directory).get(0))).hasSize(2);
    }

    /** The lock holds a process id, and in a container the next process has the same one. */
    @Test
    void aLockLeftByAProcessWithOurIdIsWaitedForInVain() throws IOException {
        Path stale = leaveLocked();
        try (SingleChronicleQueue queue = ChronicleBench.open(stale, SMALL)) {
            assertThatThrownBy(queue::createAppender).isInstanceOf(UnrecoverableTimeoutException.class);
        }
    }

    @Test
    void aFreshTableKnowsNothingOfALockLeftBehind() throws IOException {
        Path stale = leaveLocked();
        Files.write(stale.resolve(TABLE), new byte[128 << 10]);
        assertThat(appendOne(stale, SegmentCycle.forSegment(SMALL))).isNotNull();
        assertThat(ChronicleBench.rawData(stale.resolve(SegmentCycle.FILE_NAME)))
                .hasSize(2);
    }

    /** @return a directory as a process leaves it that is killed while it appends */
    private Path leaveLocked() throws IOException {
        Path living = directory("living");
        SegmentCycle cycle = SegmentCycle.forSegment(SMALL);
        appendOne(living, cycle);
        try (SingleChronicleQueue queue = ChronicleBench.open(living, SMALL);
                ExcerptAppender appender = queue.createAppender();
                DocumentContext document = appender.writingDocument()) {
            document.rollbackOnClose();
            return Directories.copy(living, root.resolve("stale"));
        }
    }

    /** What the journal compares with its own scan before it lets Chronicle go on in a file. */
    private static long writePositionOf(Path file) throws IOException {
        SegmentMap map = SegmentMap.open(file, 4096);
        try {
            return map.buffer().getLong(SegmentAppender.WRITE_POSITION_OFFSET, java.nio.ByteOrder.LITTLE_ENDIAN);
        } finally {
            map.letGo();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 63, 64, 65, 1000})
    void aFileLinkedIntoAFreshDirectoryGoesOnExactlyBehindItsLastRecord(int frames) throws IOException {
        Random random = new Random(4711);
        PreparedSegment segment = ChronicleBench.prepare(root, SMALL);
        for (int i = 0; i < frames; i++) {
            segment.appender().append(ChronicleBench.record(random, 100), 0, 100);
        }
        ChronicleBench.close(segment);
        Path file = ChronicleBench.file(root);
        List<Raw> before = ChronicleBench.rawData(file);
        Path elsewhere = directory("elsewhere");
        Files.write(elsewhere.resolve(TABLE), new byte[128 << 10]);
        Files.createLink(elsewhere.resolve(SegmentCycle.FILE_NAME), file);

        SegmentAppender resumed = SegmentAppender.open(elsewhere, SMALL);
        assertThat(before.get(before.size() - 1).position()).isEqualTo(writePositionOf(file));
        UnsafeBuffer next = ChronicleBench.record(random, 77);
        resumed.append(next, 0, 77);
        resumed.close();

        List<Raw> after = ChronicleBench.rawData(file);
        assertThat(after).hasSize(before.size() + 1);
        Raw added = after.get(after.size() - 1);
        assertThat(added.position()).isEqualTo(before.get(before.size() - 1).behind());
        assertThat(added.bytes()).isEqualTo(ChronicleBench.content(next, 77));
        assertThat(ChronicleBench.rawWalk(file))
                .filteredOn(Raw::isMeta)
                .allMatch(raw -> raw.position() < after.get(0).position());
    }

    @Test
    void aDeletedFileThatIsOpenCanStillBeReadAndAppendedTo() throws IOException {
        PreparedSegment segment = ChronicleBench.prepare(root, SMALL);
        UnsafeBuffer record = ChronicleBench.record(new Random(4711), 100);
        segment.appender().append(record, 0, 100);
        Files.delete(ChronicleBench.file(root));

        segment.appender().append(record, 0, 100);

        int first = segment.layout().firstFramePosition();
        UnsafeBuffer map = segment.map().buffer();
        assertThat(map.getInt(first)).isEqualTo(100);
        assertThat(map.getInt(first + 104)).isEqualTo(100);
        assertThat(new UnsafeBuffer(map, first + 108, 100).compareTo(new UnsafeBuffer(record, 0, 100)))
                .isZero();
        ChronicleBench.close(segment);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "net.openhft.chronicle.analytics.Analytics",
                "net.openhft.compiler.CompilerUtils",
                "com.sun.jna.Native",
                "jnr.ffi.LibraryLoader",
                "com.kenai.jffi.Library",
                "jnr.constants.Constant",
                "org.objectweb.asm.ClassWriter",
                "org.jetbrains.annotations.NotNull",
                "org.apache.commons.cli.Options"
            })
    void whatIsExcludedIsNotOnTheClassPath(String name) {
        assertThatThrownBy(() -> Class.forName(name)).isInstanceOf(ClassNotFoundException.class);
    }
}
