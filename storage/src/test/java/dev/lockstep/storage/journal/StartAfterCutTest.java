package dev.lockstep.storage.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.storage.Disk;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.ballot.BootId;
import dev.lockstep.storage.ballot.StartDecision;
import dev.lockstep.storage.testing.Directories;
import dev.lockstep.storage.testing.FrameMaker;
import dev.lockstep.storage.testing.RecordingDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** decisions at start. */
final class StartAfterCutTest {
    private static final BootId OTHER = new BootId(77, 78);

    @TempDir
    private Path temporary;

    private final FrameMaker maker = new FrameMaker();

    private void append(JournalFixture fixture, int frames, int length) {
        for (int i = 0; i < frames; i++) {
            maker.next(1, length);
            while (!fixture.journal().reserve(maker.length())) {
                fixture.settle();
            }
            fixture.journal().append(maker.buffer(), 0, maker.length());
        }
    }

    private void cut(JournalFixture fixture, long from) {
        FrameRef last;
        try (JournalReader reader = fixture.journal().newReader()) {
            assertThat(reader.seek(from - 1)).isEqualTo(ReadResult.FRAME);
            last = reader.frame().ref();
        }
        while (!fixture.journal().truncateFrom(from)) {
            fixture.settle();
        }
        maker.after(last);
    }

    private static Path newest(Path node) throws IOException {
        return new JournalDirectory(node.resolve("journal"), Disk.system())
                .segments()
                .lastEntry()
                .getValue();
    }

    @Test
    void historyThatWasCutDoesNotComeBackWhenTheCutIsDamaged() throws IOException {
        Path left = temporary.resolve("left");
        FrameRef fiftieth;
        try (JournalFixture fixture = new JournalFixture(temporary.resolve("node")).open()) {
            append(fixture, 10, 500);
            fixture.settle();
            cut(fixture, 6); // never committed, of a deposed primary
            fiftieth = fixture.journal().appended();
            maker.term(2);
            append(fixture, 4, 500);
            fixture.settle();
            fixture.marks().promised(9);
            fixture.marks().commit(8);
            Directories.copy(temporary.resolve("node"), left);
        }
        Corruption.SEGMENT_HEADER_DESTROYED.apply(newest(left), 0);
        try (JournalFixture fixture = new JournalFixture(left).open()) {
            assertThat(fixture.decision()).isEqualTo(StartDecision.SET_ASIDE_DAMAGE);
            assertThat(fixture.marks().commit()).isEqualTo(8);
            try (JournalReader reader = fixture.journal().newReader()) {
                long commit = fixture.marks().commit();
                for (ReadResult r = reader.next(); r == ReadResult.FRAME; r = reader.next()) {
                    if (reader.frame().lastIndex() > fiftieth.index()
                            && reader.frame().lastIndex() <= commit) {
                        assertThat(reader.frame().term())
                                .as("the applier would now apply %s, which was cut off", reader.frame())
                                .isEqualTo(2);
                    }
                }
            }
        }
    }

    @Test
    void aNamedCutProvesThatWhatStandsBeforeItWasFlushed() throws IOException {
        Path left = temporary.resolve("left");
        Path middle;
        try (JournalFixture fixture = new JournalFixture(temporary.resolve("node")).open()) {
            append(fixture, 90, 16 * 1024);
            fixture.settle();
            cut(fixture, 51);
            fixture.settle();
            assertThat(fixture.journal().flushedIndex()).isEqualTo(50);
            middle = Path.of("00000000000000000002.cq4");
            Directories.copy(temporary.resolve("node"), left);
        }
        Corruption.SEGMENT_HEADER_DESTROYED.apply(left.resolve("journal").resolve(middle), 0);
        try (JournalFixture fixture = new JournalFixture(left).scan(OTHER)) {
            assertThat(fixture.opening().end().lastGoodIndex()).isLessThan(50);
            assertThat(fixture.decision())
                    .as(
                            "everything to 50 was flushed, flush mark %s, %s",
                            fixture.opening().flushMark(), fixture.opening().logEnd())
                    .isEqualTo(StartDecision.SET_ASIDE_DAMAGE);
        }
    }

    @Test
    void aNamedSegmentProvesThatTheOneBeforeItWasFlushed() throws IOException {
        RecordingDisk disk = new RecordingDisk();
        Path node = temporary.resolve("node");
        Path left;
        try (JournalFixture fixture = new JournalFixture(node, disk, JournalFixture.SMALL).open()) {
            append(fixture, 10, 16 * 1024);
            fixture.settle();
            append(fixture, 25, 16 * 1024);
            fixture.settle(); // segment 1 sealed and forced, segment 2 forced and named
            assertThat(fixture.journal().flushedIndex()).isEqualTo(35);
            left = disk.drawPowerCut(node, temporary.resolve("left"), new OnlyForced());
        }
        int record = recordOf(left, 20);
        Corruption.FLIPPED_PAYLOAD_BIT.apply(left.resolve("journal/00000000000000000001.cq4"), record);
        try (JournalFixture fixture = new JournalFixture(left).scan(OTHER)) {
            assertThat(fixture.opening().end().lastGoodIndex()).isEqualTo(19);
            assertThat(fixture.decision())
                    .as(
                            "flush mark %s, %s",
                            fixture.opening().flushMark(), fixture.opening().logEnd())
                    .isEqualTo(StartDecision.SET_ASIDE_DAMAGE);
        }
    }

    private static int recordOf(Path node, long index) throws IOException {
        SegmentImage image = SegmentImage.read(1, node.resolve("journal/00000000000000000001.cq4"), true);
        SegmentMap map = SegmentMap.open(image.path, image.sizeBytes);
        SegmentCursor cursor = new SegmentCursor();
        cursor.at(map.buffer(), image.layout.firstFramePosition());
        assertThat(cursor.find(index, image.sizeBytes)).isTrue();
        map.letGo();
        return cursor.recordPosition();
    }

    /** The power cut that takes everything that was not forced. */
    private static final class OnlyForced extends Random {
        private static final long serialVersionUID = 1;

        @Override
        public boolean nextBoolean() {
            return true;
        }

        @Override
        public int nextInt(int bound) {
            return bound == 101 ? 100 : 0;
        }
    }

    @Test
    void aLargerSegmentSizeDoesNotMakeTheResumedSegmentRefuseAFrame() {
        Path node = temporary.resolve("node");
        try (JournalFixture fixture =
                new JournalFixture(node, Disk.system(), new JournalSettings(256 << 10, 1L << 30, 0)).open()) {
            append(fixture, 2, 100);
        }
        try (JournalFixture fixture =
                new JournalFixture(node, Disk.system(), new JournalSettings(4 << 20, 1L << 30, 0)).open()) {
            FrameMaker large = new FrameMaker(200_000).after(maker.ref()).next(1, 180_000);
            while (!fixture.journal().reserve(large.length())) {
                fixture.settle();
            }
            fixture.journal().append(large.buffer(), 0, large.length());
            assertThat(fixture.journal().appendedIndex()).isEqualTo(3);
        }
    }
}
