package dev.lockstep.storage.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.ballot.BootId;
import dev.lockstep.storage.ballot.ScanEnd;
import dev.lockstep.storage.ballot.StartDecision;
import dev.lockstep.storage.testing.Directories;
import dev.lockstep.storage.testing.FrameMaker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a start makes of a journal that is not as it was left (PROTOCOL B, "the scan at start"). The journal under test
 * has a hundred frames in four segments, all of them promised and flushed, or some only appended.
 */
final class DamageAtStartTest {
    private static final BootId OTHER_BOOT = new BootId(77, 78);
    private static final int FRAMES = 100;
    private static final int OLDER = 40;
    private static final int NEWER = 97;

    @TempDir
    private Path temporary;

    private Path directory;
    private FrameMaker maker;

    @BeforeEach
    void setUp() {
        directory = temporary.resolve("node");
        maker = new FrameMaker();
    }

    /** Leaves a journal as a killed process does. */
    private void leaveJournal(int flushed, int promised) {
        Path living = temporary.resolve("living");
        try (JournalFixture fixture = new JournalFixture(living).open()) {
            for (int i = 1; i <= FRAMES; i++) {
                maker.next(1, 16 * 1024);
                while (!fixture.journal().reserve(maker.length())) {
                    runPreparer(fixture);
                }
                fixture.journal().append(maker.buffer(), 0, maker.length());
                if (i == flushed) {
                    fixture.agents().flush();
                }
            }
            fixture.marks().promised(promised);
            Directories.copy(living, directory);
        }
    }

    private static void runPreparer(JournalFixture fixture) {
        try {
            fixture.agents().preparer().doWork();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private record Place(Path file, int record, long segment, long firstIndex) {}

    /** @return where the frame with an index stands, and which is its segment's first */
    private Place find(long index) throws IOException {
        JournalFixture fixture = new JournalFixture(directory).scan(JournalFixture.BOOT);
        JournalImage image = JournalScan.of(
                new JournalDirectory(directory.resolve("journal"), dev.lockstep.storage.Disk.system()),
                JournalFixture.IDENTITY,
                ref -> true);
        fixture.close();
        SegmentImage holder = null;
        for (SegmentImage each : image.live()) {
            if (each.header().base().index() < index) {
                holder = each;
            }
        }
        SegmentMap map = SegmentMap.open(holder.path, holder.sizeBytes);
        SegmentCursor cursor = new SegmentCursor();
        cursor.at(map.buffer(), holder.layout.firstFramePosition());
        assertThat(cursor.find(index, holder.endPosition)).isTrue();
        map.letGo();
        return new Place(
                holder.path,
                cursor.recordPosition(),
                holder.number(),
                holder.header().base().index() + 1);
    }

    static Stream<Arguments> everyCorruption() {
        return Stream.of(Corruption.values())
                .flatMap(kind -> Stream.of(NEWER, OLDER)
                        .flatMap(index -> Stream.of(JournalFixture.BOOT, OTHER_BOOT)
                                .map(boot -> Arguments.of(kind, index, boot))));
    }

    @ParameterizedTest
    @MethodSource("everyCorruption")
    void damageInPromisedAndFlushedHistoryIsNamedAndPutAside(Corruption kind, int index, BootId boot)
            throws IOException {
        leaveJournal(FRAMES, FRAMES);
        Place place = find(index);
        kind.apply(place.file(), place.record());
        long firstLost = kind.hitsWholeSegment() ? place.firstIndex() : firstDamaged(kind, place, index);

        try (JournalFixture fixture = new JournalFixture(directory).open(boot)) {
            assertThat(fixture.decision()).isEqualTo(StartDecision.SET_ASIDE_DAMAGE);
            Damage damage = fixture.opening().logEnd();
            assertThat(damage.index()).isEqualTo(firstLost);
            assertThat(damage.segment()).isEqualTo(place.segment());
            assertThat(fixture.opening().end().lastGoodIndex()).isEqualTo(firstLost - 1);
            assertThat(fixture.journal().appendedIndex()).isEqualTo(firstLost - 1);
            assertThat(fixture.journalDirectory().resolve("aside"))
                    .isDirectoryContaining("glob:**" + place.segment() + ".cq4");
            goOnAndRead(fixture, 20);
        }
        try (JournalFixture fixture = new JournalFixture(directory).open(boot)) {
            assertThat(fixture.decision()).isEqualTo(StartDecision.KEEP);
            assertThat(fixture.journal().appendedIndex()).isEqualTo(firstLost + 19);
        }
    }

    /** A named segment's header was forced, so what destroys a whole segment is no loss. */
    static Stream<Arguments> everyLoss() {
        return Stream.of(Corruption.values())
                .filter(kind -> !kind.hitsWholeSegment())
                .flatMap(kind -> Stream.of(NEWER, OLDER).map(index -> Arguments.of(kind, index)));
    }

    /** A zeroed page may begin in the frame before. */
    private static long firstDamaged(Corruption kind, Place place, int index) {
        boolean reachesBack = kind == Corruption.ZEROED_PAGE && place.record() % 4096 != 0;
        return reachesBack ? index - 1 : index;
    }

    private void goOnAndRead(JournalFixture fixture, int frames) {
        FrameRef last = fixture.journal().appended();
        FrameMaker next = new FrameMaker().after(last).term(9);
        for (int i = 0; i < frames; i++) {
            next.next(1, 1000);
            while (!fixture.journal().reserve(next.length())) {
                fixture.settle();
            }
            fixture.journal().append(next.buffer(), 0, next.length());
        }
        try (JournalReader reader = fixture.journal().newReader()) {
            ReadResult result = reader.next();
            long read = 0;
            for (; result == ReadResult.FRAME; result = reader.next()) {
                read = reader.frame().lastIndex();
            }
            assertThat(result).as("%s", reader.damage()).isEqualTo(ReadResult.END);
            assertThat(read).isEqualTo(last.index() + frames);
        }
    }

    @Test
    void anUntouchedJournalIsKeptInBothBoots() {
        leaveJournal(FRAMES, FRAMES);
        for (BootId boot : List.of(JournalFixture.BOOT, OTHER_BOOT)) {
            try (JournalFixture fixture = new JournalFixture(directory).open(boot)) {
                assertThat(fixture.decision()).isEqualTo(StartDecision.KEEP);
                assertThat(fixture.journal().appended()).isEqualTo(maker.ref());
            }
        }
    }

    @Test
    void anUnreadyRecordBeyondThePromiseIsATornTail() throws IOException {
        leaveJournal(60, 96);
        Place place = find(NEWER);
        Corruption.UNREADY_BIT.apply(place.file(), place.record());
        try (JournalFixture fixture = new JournalFixture(directory).open()) {
            assertThat(fixture.decision()).isEqualTo(StartDecision.CUT_TORN_TAIL);
            assertThat(fixture.journal().appendedIndex()).isEqualTo(96);
            goOnAndRead(fixture, 20);
        }
        try (JournalFixture fixture = new JournalFixture(directory).open()) {
            assertThat(fixture.decision()).isEqualTo(StartDecision.KEEP);
            assertThat(fixture.journal().appendedIndex()).isEqualTo(116);
        }
    }

    @Test
    void anUnreadyRecordWithinThePromiseIsDamage() throws IOException {
        leaveJournal(60, 97);
        Place place = find(NEWER);
        Corruption.UNREADY_BIT.apply(place.file(), place.record());
        try (JournalFixture fixture = new JournalFixture(directory).scan(JournalFixture.BOOT)) {
            assertThat(fixture.decision()).isEqualTo(StartDecision.SET_ASIDE_DAMAGE);
        }
    }

    @ParameterizedTest
    @MethodSource("everyLoss")
    void whatWasNotFlushedMayBeLostWithTheMachine(Corruption kind, int index) throws IOException {
        leaveJournal(index - 2, 0);
        Place place = find(index);
        kind.apply(place.file(), place.record());
        long end = firstDamaged(kind, place, index) - 1;
        try (JournalFixture fixture = new JournalFixture(directory).open(OTHER_BOOT)) {
            boolean cleanEnd = fixture.opening().end().ending() == ScanEnd.Ending.CLEAN;
            assertThat(fixture.decision()).isEqualTo(cleanEnd ? StartDecision.KEEP : StartDecision.CUT_LOST_SUFFIX);
            assertThat(fixture.journal().appendedIndex()).isEqualTo(end);
            goOnAndRead(fixture, 20);
        }
        try (JournalFixture fixture = new JournalFixture(directory).open(OTHER_BOOT)) {
            assertThat(fixture.decision()).isEqualTo(StartDecision.KEEP);
            assertThat(fixture.journal().appendedIndex()).isEqualTo(end + 20);
        }
    }

    @Test
    void aCrashRightAfterACutOfALostSuffixAndAnotherOneChangeNothing() throws IOException {
        leaveJournal(50, 0);
        Place place = find(60);
        Corruption.FLIPPED_PAYLOAD_BIT.apply(place.file(), place.record());
        Path second = temporary.resolve("second");
        Path third = temporary.resolve("third");
        try (JournalFixture fixture = new JournalFixture(directory).open(OTHER_BOOT)) {
            assertThat(fixture.decision()).isEqualTo(StartDecision.CUT_LOST_SUFFIX);
            Directories.copy(directory, second);
        }
        try (JournalFixture fixture = new JournalFixture(second).open(OTHER_BOOT)) {
            assertThat(fixture.decision()).isEqualTo(StartDecision.KEEP);
            assertThat(fixture.journal().appendedIndex()).isEqualTo(59);
            Directories.copy(second, third);
        }
        try (JournalFixture fixture = new JournalFixture(third).open(new BootId(5, 6))) {
            assertThat(fixture.decision()).isEqualTo(StartDecision.KEEP);
            assertThat(fixture.journal().appendedIndex()).isEqualTo(59);
            goOnAndRead(fixture, 5);
        }
    }

    @Test
    void aMissingSegmentInTheMiddleIsDamage() throws IOException {
        leaveJournal(FRAMES, FRAMES);
        Place place = find(OLDER);
        java.nio.file.Files.delete(place.file());
        try (JournalFixture fixture = new JournalFixture(directory).scan(JournalFixture.BOOT)) {
            assertThat(fixture.decision()).isEqualTo(StartDecision.SET_ASIDE_DAMAGE);
            assertThat(fixture.opening().logEnd().index()).isEqualTo(place.firstIndex());
            assertThat(fixture.opening().logEnd().what()).contains("nothing, though segment 3 follows index");
        }
    }

    @Test
    void aLogThatBeginsWhereNoSnapshotReachesIsDamage() throws IOException {
        leaveJournal(FRAMES, FRAMES);
        Place place = find(1);
        java.nio.file.Files.delete(place.file());
        try (JournalFixture fixture =
                new JournalFixture(directory).covered(ref -> false).scan(JournalFixture.BOOT)) {
            assertThat(fixture.decision()).isEqualTo(StartDecision.SET_ASIDE_DAMAGE);
            assertThat(fixture.opening().logEnd().what()).contains("no snapshot reaches");
        }
    }

    @Test
    void aSegmentOfAnotherJournalIsDamage() throws IOException {
        leaveJournal(FRAMES, FRAMES);
        JournalOpening opening = JournalOpening.scan(
                directory.resolve("journal"),
                dev.lockstep.storage.Disk.system(),
                new dev.lockstep.storage.Identity(12),
                ref -> true);
        assertThat(opening.logEnd().what()).contains("a segment of journal " + JournalFixture.IDENTITY);
    }
}
