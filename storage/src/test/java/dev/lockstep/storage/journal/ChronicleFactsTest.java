package dev.lockstep.storage.journal;

import static dev.lockstep.storage.journal.ChronicleBench.LARGE;
import static dev.lockstep.storage.journal.ChronicleBench.SMALL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.journal.ChronicleBench.Raw;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.wire.DocumentContext;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How Chronicle lays out and appends records, as far as the journal rests on it. */
class ChronicleFactsTest {
    /** Behind Chronicle's own records: its store's description, one page of the index's index, one of the index. */
    private static final int FIRST_DATA_RECORD = 16656;

    @TempDir
    private Path root;

    private final Random random = new Random(4711);

    private Path file() {
        return ChronicleBench.file(root);
    }

    private List<ByteBuffer> append(SegmentAppender appender, int... lengths) {
        List<ByteBuffer> appended = new ArrayList<>();
        for (int length : lengths) {
            UnsafeBuffer record = ChronicleBench.record(random, length);
            appender.append(record, 0, length);
            appended.add(ChronicleBench.content(record, length));
        }
        return appended;
    }

    @Test
    void aRecordIsAFourByteHeaderWithItsLengthAndThenItsBytesPaddedToFour() throws IOException {
        PreparedSegment segment = ChronicleBench.prepare(root, SMALL);
        List<ByteBuffer> appended = append(segment.appender(), 1, 2, 3, 4, 5, 100, 1001);

        List<Raw> records = ChronicleBench.rawData(file());
        assertThat(records).hasSize(1 + appended.size());
        for (int i = 0; i < appended.size(); i++) {
            Raw record = records.get(1 + i);
            assertThat(record.position()).isEqualTo(records.get(i).behind());
            assertThat(record.header()).isEqualTo(appended.get(i).remaining());
            assertThat(record.bytes()).isEqualTo(appended.get(i));
        }
        assertThat(ChronicleBench.rawHeaderBehindLast(file())).isZero();
        ChronicleBench.close(segment);
    }

    @ParameterizedTest
    @ValueSource(ints = {SMALL, 512 << 10, 1 << 20, LARGE, 128 << 20})
    void theFirstDataRecordStandsAtTheSamePlaceInASegmentOfAnySize(int segmentBytes) throws IOException {
        PreparedSegment segment = ChronicleBench.prepare(root, segmentBytes);
        assertThat(ChronicleBench.rawData(file()).get(0).position()).isEqualTo(FIRST_DATA_RECORD);
        assertThat(segment.layout().headerOffset()).isEqualTo(FIRST_DATA_RECORD + 4);
        assertThat(segment.layout().firstFramePosition()).isEqualTo(FIRST_DATA_RECORD + 4 + SegmentHeader.ROOM);
        ChronicleBench.close(segment);
    }

    @Test
    void aRawWalkSeesExactlyWhatATailerReads() throws IOException {
        PreparedSegment segment = ChronicleBench.prepare(root, 4 << 20);
        for (int i = 0; i < 3000; i++) {
            append(segment.appender(), 1 + random.nextInt(1000));
        }
        ChronicleBench.close(segment);

        List<ByteBuffer> tailed = ChronicleBench.tail(ChronicleBench.work(root), 4 << 20);
        List<ByteBuffer> walked =
                ChronicleBench.rawData(file()).stream().map(Raw::bytes).toList();
        assertThat(walked).hasSize(3001);
        assertThat(tailed).isEqualTo(walked);
    }

    @ParameterizedTest
    @ValueSource(ints = {SMALL, LARGE})
    void noRecordOfChroniclesOwnFollowsTheFirstDataRecord(int segmentBytes) throws IOException {
        PreparedSegment segment = ChronicleBench.prepare(root, segmentBytes);
        int position = fillWithSmallestFrames(segment);
        ChronicleBench.close(segment);

        List<Raw> records = ChronicleBench.rawWalk(file());
        List<Raw> fromOurs = records.stream()
                .filter(record -> record.position() >= FIRST_DATA_RECORD)
                .toList();
        assertThat(fromOurs).noneMatch(Raw::isMeta);
        assertThat(fromOurs.get(fromOurs.size() - 1).behind()).isEqualTo(position);
        int frames =
                (SegmentLayout.limit(segmentBytes) - segment.layout().firstFramePosition()) / (4 + Frame.HEADER_LENGTH);
        assertThat(fromOurs).hasSize(1 + frames);
    }

    /** @return where the records end */
    private int fillWithSmallestFrames(PreparedSegment segment) {
        UnsafeBuffer smallest = ChronicleBench.record(random, Frame.HEADER_LENGTH);
        int space = 4 + Frame.HEADER_LENGTH;
        int position = segment.layout().firstFramePosition();
        for (; position + space <= SegmentLayout.limit(segment.preallocatedBytes()); position += space) {
            segment.appender().append(smallest, 0, Frame.HEADER_LENGTH);
        }
        return position;
    }

    @ParameterizedTest
    @ValueSource(ints = {SMALL, LARGE})
    void aPreparedFileKeepsItsBlocksAndIsNeverWrittenBehindThem(int segmentBytes) throws Exception {
        PreparedSegment segment = ChronicleBench.prepare(root, segmentBytes);
        long blocks = ChronicleBench.allocatedBytes(file());
        assertThat(blocks).isBetween((long) segmentBytes, segmentBytes + (64L << 10));

        fillWithSmallestFrames(segment);
        ChronicleBench.close(segment);

        assertThat(ChronicleBench.allocatedBytes(file())).isEqualTo(blocks);
    }

    /** It maps that much more than its block, and makes the file as long as its map: a hole, which no record reaches. */
    @Test
    void aPreparedFileGrowsByAHoleOfAQuarter() throws Exception {
        PreparedSegment segment = ChronicleBench.prepare(root, LARGE);
        fillWithSmallestFrames(segment);
        ChronicleBench.close(segment);
        byte[] bytes = Files.readAllBytes(file());
        assertThat(bytes).hasSize(LARGE + LARGE / 4);
        assertThat(Arrays.mismatch(bytes, LARGE, bytes.length, new byte[LARGE / 4], 0, LARGE / 4))
                .isNegative();
    }

    @Test
    void aFileThatChronicleMakesItselfIsSparse() throws Exception {
        Path directory = Files.createDirectories(root.resolve("sparse"));
        try (SingleChronicleQueue queue = ChronicleBench.open(directory, LARGE)) {
            queue.createAppender().writeBytes(Bytes.wrapForRead(new byte[100]));
            Path made = directory.resolve(SegmentCycle.FILE_NAME);
            assertThat(ChronicleBench.allocatedBytes(made)).isLessThan(1 << 20);
            assertThat(Files.size(made)).isGreaterThanOrEqualTo(LARGE);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {SMALL, 512 << 10, 1 << 20, 4 << 20, LARGE, 64 << 20})
    void theLargestFrameThatTheJournalTakesIsAppendedAndRead(int segmentBytes) throws IOException {
        int largest = JournalSettings.DEFAULT.withSegmentBytes(segmentBytes).maxFrameBytes();
        PreparedSegment segment = ChronicleBench.prepare(root, segmentBytes);
        List<ByteBuffer> appended = append(segment.appender(), largest, 100, largest, largest);
        ChronicleBench.close(segment);

        List<Raw> records = ChronicleBench.rawData(file());
        assertThat(records).hasSize(5);
        for (int i = 0; i < 4; i++) {
            assertThat(records.get(i + 1).bytes()).isEqualTo(appended.get(i));
        }
        assertThat(ChronicleBench.tail(ChronicleBench.work(root), segmentBytes).get(4))
                .isEqualTo(appended.get(3));
    }

    @Test
    void anEmptyRecordIsNotARecordOfLengthZero() throws IOException {
        PreparedSegment segment = ChronicleBench.prepare(root, SMALL);
        segment.appender().append(ChronicleBench.record(random, 1), 0, 0);
        List<Raw> records = ChronicleBench.rawData(file());
        assertThat(records).hasSize(2);
        assertThat(records.get(1).header()).isEqualTo(1);
        ChronicleBench.close(segment);
    }

    @Test
    void closingWritesNoMarkOfTheEnd() throws IOException {
        PreparedSegment segment = ChronicleBench.prepare(root, SMALL);
        append(segment.appender(), 100, 100);
        List<Raw> before = ChronicleBench.rawWalk(file());
        ChronicleBench.close(segment);
        assertThat(ChronicleBench.rawWalk(file())).hasSameSizeAs(before);
        assertThat(ChronicleBench.rawHeaderBehindLast(file())).isZero();
    }

    @Test
    void aRecordThatIsBegunAndNeverFinishedLeavesItsHeaderZero() throws IOException {
        PreparedSegment segment = ChronicleBench.prepare(root, SMALL);
        append(segment.appender(), 100);
        ChronicleBench.close(segment);
        byte[] begun = new byte[64];
        Arrays.fill(begun, (byte) 7);
        Path killed = Files.createDirectories(root.resolve("killed"));

        try (SingleChronicleQueue queue = ChronicleBench.open(ChronicleBench.work(root), SMALL);
                ExcerptAppender appender = queue.createAppender()) {
            DocumentContext document = appender.writingDocument();
            document.wire().bytes().write(begun);
            Files.copy(file(), killed.resolve(SegmentCycle.FILE_NAME)); // what a kill here would leave
            document.rollbackOnClose();
            document.close();
        }

        Path left = killed.resolve(SegmentCycle.FILE_NAME);
        assertThat(ChronicleBench.rawData(left)).hasSize(2);
        assertThat(ChronicleBench.rawHeaderBehindLast(left)).isZero();
        int begunAt = ChronicleBench.rawData(left).get(1).behind() + 4;
        assertThat(Arrays.copyOfRange(Files.readAllBytes(left), begunAt, begunAt + begun.length))
                .isEqualTo(begun);
    }

    @Test
    void theNextRecordIsWrittenOverOneThatWasNeverFinished() throws IOException {
        aRecordThatIsBegunAndNeverFinishedLeavesItsHeaderZero();
        Path killed = root.resolve("killed");
        Path left = killed.resolve(SegmentCycle.FILE_NAME);
        try (SingleChronicleQueue queue = ChronicleBench.open(killed, SMALL);
                ExcerptAppender appender = queue.createAppender()) {
            appender.writeBytes(Bytes.wrapForRead(new byte[] {1, 2, 3, 4}));
        }
        assertThat(ChronicleBench.rawData(left)).hasSize(3);
        assertThat(ChronicleBench.rawData(left).get(2).bytes()).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3, 4}));
    }

    @Test
    void anAppenderMayPassFromThreadToThreadOnceItsCheckIsOff() throws Exception {
        PreparedSegment segment = ChronicleBench.prepare(root, SMALL);
        List<ByteBuffer> appended = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            onAnotherThread(() -> appended.addAll(append(segment.appender(), 50)));
        }
        onAnotherThread(() -> segment.appender().close());
        List<ByteBuffer> found =
                ChronicleBench.rawData(file()).stream().skip(1).map(Raw::bytes).toList();
        assertThat(found).isEqualTo(appended);
        segment.file().close();
        segment.map().letGo();
    }

    @Test
    void anAppenderWithItsCheckOnIsTiedToItsThread() throws Exception {
        Path directory = Files.createDirectories(root.resolve("tied"));
        try (SingleChronicleQueue queue = ChronicleBench.open(directory, SMALL);
                ExcerptAppender appender = queue.createAppender()) {
            appender.writeBytes(Bytes.wrapForRead(new byte[4]));
            assertThatThrownBy(() -> onAnotherThread(() -> appender.writeBytes(Bytes.wrapForRead(new byte[4]))))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(IllegalStateException.class);
        }
    }

    private static void onAnotherThread(Runnable work) throws ExecutionException, InterruptedException {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            thread.submit(work).get();
        } finally {
            thread.shutdown();
        }
    }

    @Test
    void appendingAllocatesNothing() throws IOException {
        PreparedSegment segment = ChronicleBench.prepare(root, LARGE);
        UnsafeBuffer record = ChronicleBench.record(random, 100);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        for (int i = 0; i < 100_000; i++) {
            segment.appender().append(record, 0, 100);
        }
        long before = threads.getThreadAllocatedBytes(thread);
        for (int i = 0; i < 100_000; i++) {
            segment.appender().append(record, 0, 100);
        }
        long allocated = threads.getThreadAllocatedBytes(thread) - before;
        ChronicleBench.close(segment);
        assertThat(allocated).isLessThan(100_000); // less than a byte a record: nothing is allocated for each
    }
}
