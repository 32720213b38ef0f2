package dev.lockstep.storage.journal;

import static dev.lockstep.storage.journal.PlantedJournal.FRAMES;
import static dev.lockstep.storage.journal.PlantedJournal.NEWER;
import static dev.lockstep.storage.journal.PlantedJournal.OLDER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.storage.Identity;
import dev.lockstep.storage.ballot.ScanEnd.Ending;
import dev.lockstep.storage.frame.Checksum;
import dev.lockstep.storage.frame.Envelope;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.journal.PlantedJournal.Place;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Damage of every kind is found, and named with its file, its byte and its index, and how far it reaches. */
class JournalInspectionTest {
    @TempDir
    private Path temporary;

    private PlantedJournal planted;

    @BeforeEach
    void leaveJournal() throws IOException {
        planted = PlantedJournal.killed(temporary);
    }

    private JournalInspection inspect() {
        return JournalInspection.of(planted.directory());
    }

    private DamagedStretch onlyDamage() {
        List<DamagedStretch> damage = inspect().damage();
        assertThat(damage).hasSize(1);
        return damage.get(0);
    }

    private static void assertThatItIs(Damage damage, Place place, long offset, long index) {
        assertThat(damage.segment()).isEqualTo(place.segment());
        assertThat(damage.file()).isEqualTo(place.file());
        assertThat(damage.offset()).isEqualTo(offset);
        assertThat(damage.index()).isEqualTo(index);
    }

    private void assertThatAStartSeesTheSame(JournalInspection inspection) throws IOException {
        JournalImage image = planted.scan();
        assertThat(inspection.log().tip()).isEqualTo(image.tip());
        assertThat(inspection.log().flushMark()).isEqualTo(image.flushMark());
        if (image.ending() == Ending.BAD) {
            assertThat(inspection.log().ending()).isEqualTo(Ending.BAD);
            Damage first = inspection.damage().get(0).damage();
            assertThat(first.segment()).isEqualTo(image.logEnd().segment());
            assertThat(first.index()).isEqualTo(image.logEnd().index());
        }
    }

    private List<Long> readableIndexes(JournalInspection inspection) {
        List<Long> indexes = new ArrayList<>();
        inspection.frames(1, Long.MAX_VALUE, (segment, offset, frame) -> {
            Place place = planted.place(frame.lastIndex());
            assertThat(offset).isEqualTo(place.record());
            assertThat(segment.number()).isEqualTo(place.segment());
            indexes.add(frame.lastIndex());
        });
        return indexes;
    }

    private static List<Long> allBut(long from, long to) {
        return Stream.iterate(1L, i -> i + 1)
                .limit(FRAMES)
                .filter(i -> i < from || i > to)
                .toList();
    }

    @Test
    void aSoundJournalIsDescribedAndNothingIsReported() throws IOException {
        JournalInspection inspection = inspect();

        assertThat(inspection.damage()).isEmpty();
        assertThat(inspection.log().tip()).isEqualTo(planted.tip());
        assertThat(inspection.log().terms()).containsExactly(new TermSpan(1, 1, FRAMES));
        assertThat(inspection.log().ending()).isEqualTo(Ending.CLEAN);
        assertThat(inspection.log().flushMark()).isEqualTo(FRAMES);
        assertThat(inspection.segments()).hasSize(4);
        assertThat(inspection.segments().stream()
                        .mapToLong(InspectedSegment::frames)
                        .sum())
                .isEqualTo(FRAMES);
        assertThatAStartSeesTheSame(inspection);
        assertThat(readableIndexes(inspection)).isEqualTo(allBut(0, 0));
    }

    static Stream<Arguments> everyDamageToOneFrame() {
        return Stream.of(Corruption.values())
                .filter(kind -> !kind.hitsWholeSegment() && !kind.name().startsWith("TRUNCATED"))
                .flatMap(kind -> IntStream.of(OLDER, NEWER, FRAMES).mapToObj(index -> Arguments.of(kind, index)));
    }

    @ParameterizedTest
    @MethodSource("everyDamageToOneFrame")
    void damageToAFrameIsNamedAndTheFramesBehindItAreFound(Corruption kind, int index) throws IOException {
        kind.apply(planted.place(index).file(), planted.place(index).record());
        boolean reachesBack =
                kind == Corruption.ZEROED_PAGE && planted.place(index).record() % 4096 != 0;
        long first = reachesBack ? index - 1 : index;

        JournalInspection inspection = inspect();

        assertThat(inspection.damage()).hasSize(1);
        DamagedStretch stretch = inspection.damage().get(0);
        Place place = planted.place(first);
        assertThatItIs(stretch.damage(), place, place.record(), first);
        boolean more = index < FRAMES;
        assertThat(stretch.resumesAtIndex()).isEqualTo(more ? index + 1 : 0);
        assertThat(stretch.resumesAtOffset())
                .isEqualTo(more ? planted.place(index + 1).record() : -1);
        assertThat(readableIndexes(inspection)).isEqualTo(allBut(first, index));
        assertThat(inspection.log().tip().index()).isEqualTo(first - 1);
        assertThatAStartSeesTheSame(inspection);
    }

    @ParameterizedTest
    @EnumSource(
            value = Corruption.class,
            names = {"META_BIT", "UNREADY_BIT", "RECORD_LENGTH_TOO_LONG", "RECORD_LENGTH_TOO_SHORT"})
    void damageToARecordHeaderIsToldFromDamageToTheFrame(Corruption kind) throws IOException {
        Place place = planted.place(OLDER);
        kind.apply(place.file(), place.record());
        assertThat(onlyDamage().damage().what())
                .contains("the frame of " + place.length() + " bytes behind that header is sound");
    }

    @Test
    void everyFieldOfAFramesHeaderIsCovered() throws IOException {
        Place place = planted.place(OLDER);
        for (int at = 0; at < Frame.HEADER_LENGTH; at++) {
            flip(place.file(), place.record() + 4 + at, 0x20);
            DamagedStretch stretch = onlyDamage();
            assertThatItIs(stretch.damage(), place, place.record(), OLDER);
            assertThat(stretch.resumesAtIndex()).isEqualTo(OLDER + 1);
            flip(place.file(), place.record() + 4 + at, 0x20);
        }
        assertThat(inspect().damage()).isEmpty();
    }

    private static void flip(Path file, long offset, int mask) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, offset);
            channel.write(ByteBuffer.allocate(1).put(0, (byte) (one.get(0) ^ mask)), offset);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 4, 5, 11, 12, 60, 5000})
    void aTruncatedFileIsNamedWhereItEnds(int bytesLeftOfTheRecord) throws IOException {
        for (int index : new int[] {NEWER, OLDER}) {
            Place place = planted.place(index);
            truncate(place.file(), place.record() + bytesLeftOfTheRecord);
            DamagedStretch stretch = inspect().damage().get(0);
            assertThatItIs(stretch.damage(), place, place.record(), index);
            assertThat(stretch.resumes()).isFalse();
            assertThatAStartSeesTheSame(inspect());
        }
        assertThat(inspect().damage()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100, 4096, 16 << 10})
    void aFileTruncatedBeforeItsFirstFrameIsNamed(int length) throws IOException {
        Place place = planted.place(OLDER);
        truncate(place.file(), length);
        JournalInspection inspection = inspect();
        assertThat(inspection.damage()).hasSize(1);
        Damage damage = inspection.damage().get(0).damage();
        assertThat(damage.segment()).isEqualTo(place.segment());
        assertThat(damage.offset()).isLessThanOrEqualTo(length);
        assertThat(damage.index()).isEqualTo(planted.firstIndexOfSegmentOf(OLDER));
        assertThatAStartSeesTheSame(inspection);
    }

    private static void truncate(Path file, long length) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(length);
        }
    }

    static Stream<Arguments> everyDamageToAWholeSegment() {
        return Stream.of(Corruption.values())
                .filter(Corruption::hitsWholeSegment)
                .flatMap(kind -> IntStream.of(1, OLDER, NEWER).mapToObj(index -> Arguments.of(kind, index)));
    }

    @ParameterizedTest
    @MethodSource("everyDamageToAWholeSegment")
    void aSegmentThatCannotBePlacedIsNamedAndTheOthersAreVerified(Corruption kind, int index) throws IOException {
        Place place = planted.place(index);
        kind.apply(place.file(), place.record());

        JournalInspection inspection = inspect();

        long first = planted.firstIndexOfSegmentOf(index);
        long last = first + planted.framesOfSegmentOf(index) - 1;
        assertThat(inspection.damage()).hasSize(1);
        Damage damage = inspection.damage().get(0).damage();
        assertThat(damage.segment()).isEqualTo(place.segment());
        assertThat(damage.index()).isEqualTo(first);
        assertThat(damage.offset()).isLessThan(planted.place(first).record());
        assertThat(readableIndexes(inspection)).containsAll(allBut(first, last));
        assertThatAStartSeesTheSame(inspection);
    }

    @Test
    void theFramesOfASegmentWithoutAHeaderAreStillFound() throws IOException {
        Place place = planted.place(OLDER);
        Corruption.FIRST_HEADER_DESTROYED.apply(place.file(), place.record());
        DamagedStretch stretch = onlyDamage();
        long first = planted.firstIndexOfSegmentOf(OLDER);
        assertThatItIs(stretch.damage(), place, 0, first);
        assertThat(stretch.resumesAtOffset()).isEqualTo(planted.place(first).record());
        assertThat(stretch.resumesAtIndex()).isEqualTo(first);
        assertThat(readableIndexes(inspect())).isEqualTo(allBut(0, 0));
    }

    @Test
    void aFlippedBitInASegmentsHeaderIsNamed() throws IOException {
        Place place = planted.place(OLDER);
        int headerOffset = planted.place(planted.firstIndexOfSegmentOf(OLDER)).record() - SegmentHeader.ROOM;
        for (int at = 0; at < SegmentHeader.RECORD_LENGTH; at++) {
            flip(place.file(), headerOffset + at, 0x04);
            assertThatItIs(onlyDamage().damage(), place, headerOffset, planted.firstIndexOfSegmentOf(OLDER));
            flip(place.file(), headerOffset + at, 0x04);
        }
    }

    @Test
    void aFlippedBitInAFlushMarkIsNamed() throws IOException {
        Place place = planted.place(OLDER);
        int headerOffset = planted.place(planted.firstIndexOfSegmentOf(OLDER)).record() - SegmentHeader.ROOM;
        for (int at = 0; at < TwinIndex.LENGTH; at++) {
            int offset = FlushMark.position(headerOffset);
            flip(place.file(), offset + at, 0x40);
            Damage damage = onlyDamage().damage();
            assertThat(damage.offset()).isEqualTo(offset);
            assertThat(damage.what()).contains("flush mark whose two copies disagree");
            flip(place.file(), offset + at, 0x40);
        }
    }

    @Test
    void everyDamageIsNamedAlsoBehindTheFirst() throws IOException {
        List<Long> damaged = List.of(3L, 7L, 8L, 33L, (long) OLDER, 70L, (long) NEWER, (long) FRAMES);
        for (long index : damaged) {
            Place place = planted.place(index);
            Corruption.FLIPPED_PAYLOAD_BIT.apply(place.file(), place.record());
        }
        List<Long> found = inspect().damage().stream()
                .flatMap(each -> Stream.iterate(each.damage().index(), i -> i + 1)
                        .limit(Math.max(1, each.resumesAtIndex() - each.damage().index())))
                .toList();
        assertThat(found).isEqualTo(damaged);
        assertThat(inspect().log().tip().index()).isEqualTo(2);
    }

    @Test
    void twoSegmentsSwappedAreNamedAndStillVerified() throws IOException {
        Path second = planted.place(OLDER).file();
        Path third = planted.place(70).file();
        Path between = temporary.resolve("between");
        Files.move(second, between);
        Files.move(third, second);
        Files.move(between, third);

        JournalInspection inspection = inspect();

        assertThat(inspection.damage())
                .extracting(each -> each.damage().what())
                .containsExactly("the header of segment 3", "the header of segment 2");
        assertThat(inspection.damage()).extracting(each -> each.damage().file()).containsExactly(second, third);
        assertThat(inspection.segments().stream()
                        .mapToLong(InspectedSegment::frames)
                        .sum())
                .isEqualTo(FRAMES);
        assertThat(inspection.log().tip()).isEqualTo(planted.scan().tip());
    }

    @Test
    void aMissingSegmentIsNamedWhereTheLogBreaksOff() throws IOException {
        Place missing = planted.place(OLDER);
        long first = planted.firstIndexOfSegmentOf(OLDER);
        long last = first + planted.framesOfSegmentOf(OLDER) - 1;
        Files.delete(missing.file());

        JournalInspection inspection = inspect();

        assertThat(inspection.damage()).hasSize(1);
        Damage damage = inspection.damage().get(0).damage();
        Place before = planted.place(first - 1);
        assertThatItIs(damage, before, before.behind(), first);
        assertThat(damage.what()).contains("a later segment follows index " + last);
        assertThat(readableIndexes(inspection)).isEqualTo(allBut(first, last));
        assertThatAStartSeesTheSame(inspection);
    }

    @Test
    void aLogThatBeginsBehindASnapshotSaysSo() throws IOException {
        Files.delete(planted.place(1).file());
        JournalInspection inspection = inspect();
        assertThat(inspection.damage()).isEmpty();
        assertThat(inspection.notes()).singleElement().asString().contains("a kept snapshot must reach that far");
        assertThat(inspection.log().base().index()).isEqualTo(planted.firstIndexOfSegmentOf(OLDER) - 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {OLDER, NEWER})
    void aFrameCopiedOverAnotherIsNamed(int index) throws IOException {
        Place place = planted.place(index);
        Place other = planted.place(index + 2);
        copy(other, place);
        DamagedStretch stretch = onlyDamage();
        assertThatItIs(stretch.damage(), place, place.record(), index);
        assertThat(stretch.damage().what()).contains("an index that does not follow the previous frame");
        assertThat(stretch.resumesAtIndex()).isEqualTo(index + 1);
    }

    @Test
    void aFrameCopiedFromTheSegmentBeforeIsNamed() throws IOException {
        copy(planted.place(5), planted.place(OLDER));
        DamagedStretch stretch = onlyDamage();
        assertThatItIs(
                stretch.damage(), planted.place(OLDER), planted.place(OLDER).record(), OLDER);
        assertThat(stretch.resumesAtIndex()).isEqualTo(OLDER + 1);
    }

    private static void copy(Place from, Place to) throws IOException {
        assertThat(from.length()).isEqualTo(to.length());
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(from.file()), from.record() + 4, from.length());
        try (FileChannel channel = FileChannel.open(to.file(), StandardOpenOption.WRITE)) {
            channel.write(bytes, to.record() + 4);
        }
    }

    /** A command may hold anything, also what looks like a record with a frame in it. */
    @Test
    void aFrameInsideADamagedCommandIsNotTakenForOneOfTheLog() throws IOException {
        Place place = planted.place(OLDER);
        Place small = planted.place(OLDER + 1);
        byte[] frame = new byte[4 + Frame.HEADER_LENGTH + 4];
        System.arraycopy(Files.readAllBytes(small.file()), small.record(), frame, 0, frame.length);
        ByteBuffer inner = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
        inner.putInt(0, frame.length - 4).putInt(4 + Frame.HEADER_LENGTH, 0);
        UnsafeBuffer sealed = new UnsafeBuffer(frame, 4, frame.length - 4);
        Envelope.seal(new Checksum(), sealed, 0, sealed.capacity());
        try (FileChannel channel = FileChannel.open(place.file(), StandardOpenOption.WRITE)) {
            channel.write(inner.clear(), place.record() + 400);
        }
        assertThat(onlyDamage().resumesAtOffset()).isEqualTo(small.record());
        flip(place.file(), place.record() + 8, 0x08);
        assertThat(onlyDamage().resumesAtOffset()).isEqualTo(small.record());
        flip(place.file(), place.record() + 8, 0x08);
        flip(place.file(), place.record(), 0x08);
        assertThat(onlyDamage().resumesAtOffset()).isEqualTo(small.record());
    }

    @Test
    void aSegmentOfAnotherJournalIsNamed() throws IOException {
        Place place = planted.place(OLDER);
        int headerOffset = planted.place(planted.firstIndexOfSegmentOf(OLDER)).record() - SegmentHeader.ROOM;
        SegmentHeader header = planted.scan().live().get(1).header();
        SegmentHeader foreign = new SegmentHeader(
                new Identity(77),
                header.number(),
                header.predecessor(),
                header.base(),
                header.origin(),
                header.preallocatedBytes());
        ByteBuffer bytes = ByteBuffer.allocate(SegmentHeader.RECORD_LENGTH);
        foreign.encode(new UnsafeBuffer(bytes), new Checksum());
        try (FileChannel file = FileChannel.open(place.file(), StandardOpenOption.WRITE)) {
            file.write(bytes, headerOffset);
        }
        DamagedStretch stretch = onlyDamage();
        assertThatItIs(stretch.damage(), place, headerOffset, planted.firstIndexOfSegmentOf(OLDER));
        assertThat(stretch.damage().what()).contains("a segment of journal 000000000000004d");
        assertThatAStartSeesTheSame(inspect());
    }

    @Test
    void aFrameThatWasForcedAndIsGoneIsDamage() throws IOException {
        Place last = planted.place(FRAMES);
        try (FileChannel channel = FileChannel.open(last.file(), StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(Documents.space(last.length())), last.record());
        }
        DamagedStretch stretch = onlyDamage();
        assertThatItIs(stretch.damage(), last, last.record(), FRAMES);
        assertThat(stretch.damage().what()).contains("frames were forced up to index " + FRAMES);
    }

    @Test
    void movingASegmentAwayAndBackChangesNothing() throws IOException {
        Path file = planted.place(OLDER).file();
        Files.move(file, temporary.resolve("away"));
        assertThat(inspect().damage()).isNotEmpty();
        Files.move(temporary.resolve("away"), file, StandardCopyOption.ATOMIC_MOVE);
        assertThat(inspect().damage()).isEmpty();
    }
}
