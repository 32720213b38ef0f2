package dev.lockstep.storage.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.storage.testing.ForwardingDisk;
import dev.lockstep.storage.testing.FrameMaker;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where frames may wait for the flusher: what it forces when, and that the writer's page is not part of it. */
final class BackgroundFlushTest {
    private static final long INTERVAL_NS = 100_000_000;
    private static final long VISIT_NS = INTERVAL_NS / 2;
    private static final JournalSettings SETTINGS = new JournalSettings(512 << 10, 1L << 30, INTERVAL_NS);

    /** From the first byte to behind the last. */
    private record Stretch(int from, int until) {}

    private static final class Watched extends ForwardingDisk {
        private final List<Stretch> stretches = new ArrayList<>();
        private int wholeFiles;

        @Override
        public void force(FileChannel channel, Path file) throws IOException {
            wholeFiles++;
            super.force(channel, file);
        }

        @Override
        public void force(MappedByteBuffer view, int from, int until, Path file) throws IOException {
            stretches.add(new Stretch(from, until));
            super.force(view, from, until, file);
        }

        List<Stretch> take() {
            List<Stretch> taken = List.copyOf(stretches);
            stretches.clear();
            return taken;
        }
    }

    @TempDir
    private Path temporary;

    private final Watched disk = new Watched();
    private final FrameMaker maker = new FrameMaker();
    private final AtomicLong nowNs = new AtomicLong();
    private JournalFixture fixture;
    private int firstFrame;

    @BeforeEach
    void open() throws Exception {
        fixture =
                new JournalFixture(temporary, disk, SETTINGS).clock(nowNs::get).open();
        append(1, 100);
        visit();
        visit();
        assertThat(fixture.journal().flushedIndex()).isEqualTo(1);
        disk.take();
        disk.wholeFiles = 0;
        try (SegmentReader reader = (SegmentReader) fixture.journal().newReader()) {
            assertThat(reader.next()).isEqualTo(ReadResult.FRAME);
            firstFrame = reader.segment().layout().firstFramePosition();
        }
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private void append(int frames, int commandLength) {
        for (int i = 0; i < frames; i++) {
            maker.next(1, commandLength);
            assertThat(fixture.journal().reserve(maker.length())).isTrue();
            fixture.journal().append(maker.buffer(), 0, maker.length());
        }
    }

    private int visit() throws Exception {
        nowNs.addAndGet(VISIT_NS);
        return fixture.agents().flusher().doWork();
    }

    private int end() {
        try (SegmentReader reader = (SegmentReader) fixture.journal().newReader()) {
            reader.seek(fixture.journal().appendedIndex());
            return reader.segment().endPosition();
        }
    }

    @Test
    void aBusyWritersPageIsLeftAlone() throws Exception {
        visit();
        long seen = 0;
        int seenEnd = 0;
        for (int i = 0; i < 20; i++) {
            append(10, 1000);
            visit();
            if (seen > 0) {
                assertThat(fixture.journal().flushedIndex()).isEqualTo(seen);
                assertThat(frames(disk.take()))
                        .allSatisfy(stretch ->
                                assertThat(stretch.until()).isLessThanOrEqualTo(end() & -SegmentLayout.PAGE_BYTES));
                assertThat(seenEnd).isLessThan(end());
            }
            seen = fixture.journal().appendedIndex();
            seenEnd = end();
        }
        assertThat(disk.wholeFiles).isZero();
    }

    /** @return without those of the header */
    private List<Stretch> frames(List<Stretch> all) {
        return all.stream().filter(each -> each.until() > firstFrame).toList();
    }

    @Test
    void nothingWaitsLongerThanTheInterval() throws Exception {
        append(1, 100);
        visit();
        assertThat(fixture.journal().flushedIndex()).isEqualTo(1);
        append(1, 100);
        visit();
        assertThat(fixture.journal().flushedIndex())
                .as("both: the older one is in the writer's page")
                .isEqualTo(3);
        append(1, 100);
        visit();
        visit();
        assertThat(fixture.journal().flushedIndex()).isEqualTo(4);
        disk.take();
        visit();
        visit();
        assertThat(frames(disk.take())).as("with nothing new").isEmpty();
    }

    @Test
    void stretchesLeaveNoGapBetweenThem() throws Exception {
        int forcedEnd = end();
        for (int i = 0; i < 40; i++) {
            append(i % 7, 900);
            visit();
            for (Stretch stretch : frames(disk.take())) {
                assertThat(stretch.from()).isLessThanOrEqualTo(forcedEnd);
                forcedEnd = Math.max(forcedEnd, stretch.until());
            }
        }
        visit();
        visit();
        disk.take().forEach(stretch -> assertThat(stretch.from()).isLessThanOrEqualTo(end()));
        assertThat(fixture.journal().flushedIndex()).isEqualTo(fixture.journal().appendedIndex());
    }

    @Test
    void theMarkItselfIsOnTheDeviceBeforeLong() throws Exception {
        append(1, 100);
        visit();
        visit();
        visit();
        visit();
        assertThat(disk.take())
                .anySatisfy(stretch -> assertThat(stretch.until()).isLessThanOrEqualTo(firstFrame));
    }

    @Test
    void anOrderlyFlushLeavesNothingBehind() {
        append(3, 100);
        fixture.agents().flush();
        assertThat(fixture.journal().flushedIndex()).isEqualTo(4);
        assertThat(disk.take())
                .hasSize(2)
                .anySatisfy(stretch -> assertThat(stretch.until()).isLessThanOrEqualTo(firstFrame));
    }

    @Test
    void aRolledSegmentIsForcedToItsEndAtOnce() throws Exception {
        while (fixture.journal().space() != JournalSpace.READY) {
            nowNs.addAndGet(VISIT_NS);
            fixture.agents().preparer().doWork();
        }
        int perSegment = SETTINGS.segmentBytes() / 1100;
        append(perSegment + 5, 1000);
        fixture.agents().flusher().doWork();
        assertThat(fixture.journal().flushedIndex())
                .as("all of the rolled one")
                .isBetween(
                        fixture.journal().appendedIndex() - 50,
                        fixture.journal().appendedIndex() - 1);
        visit();
        visit();
        assertThat(fixture.journal().flushedIndex()).isEqualTo(fixture.journal().appendedIndex());
    }
}
