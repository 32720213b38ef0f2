package dev.lockstep.storage.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.ballot.BootId;
import dev.lockstep.storage.ballot.ScanEnd.Ending;
import dev.lockstep.storage.ballot.StartDecision;
import dev.lockstep.storage.journal.PlantedJournal.Place;
import dev.lockstep.storage.journal.PlantedJournal.PlantedLife;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Nothing is reported that is as a node leaves it, and nothing is changed by looking. */
class JournalInspectionSoundTest {
    private static final BootId OTHER_BOOT = new BootId(77, 78);

    @TempDir
    private Path temporary;

    static Stream<Arguments> everyLife() {
        return Stream.of(
                life("nothing at all", life -> {}),
                life("one frame", life -> life.append(1)),
                life("frames that were never flushed", life -> life.append(100)),
                life("frames flushed in part", life -> {
                    life.append(70);
                    life.fixture().agents().flush();
                    life.append(30);
                }),
                life("a cut within a segment, not yet flushed", life -> {
                    life.append(50);
                    life.fixture().agents().flush();
                    life.cutFrom(45);
                    life.append(10);
                }),
                life("a cut across segments, all deletions done", life -> {
                    life.append(100);
                    life.cutFrom(20);
                    life.append(30);
                    life.fixture().settle();
                }),
                life("cuts upon cuts", life -> {
                    for (int i = 0; i < 5; i++) {
                        life.append(60);
                        life.cutFrom(30 + i);
                        life.append(1);
                        life.fixture().settle();
                        life.cutFrom(25);
                    }
                }),
                life("compaction", life -> {
                    life.append(200);
                    life.fixture().settle();
                    life.fixture().journal().compactBelow(150);
                    life.fixture().settle();
                    life.append(20);
                }),
                life("a log that starts behind a snapshot", life -> {
                    life.append(50);
                    life.startAfter(new FrameRef(500, 3, 12345));
                    life.append(40);
                    life.fixture().settle();
                }),
                life("a start behind a snapshot, the old segments still there", life -> {
                    life.append(50);
                    life.fixture().settle();
                    life.startAfter(new FrameRef(500, 3, 12345));
                    life.append(3);
                }),
                life("history put aside", life -> {
                    life.append(60);
                    life.fixture().settle();
                    assertThat(life.fixture().journal().setAsideFrom(40)).isTrue();
                    life.fixture().settle();
                }));
    }

    private static Arguments life(String name, Consumer<PlantedLife> life) {
        return Arguments.of(name, life);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("everyLife")
    void aKilledJournalIsSoundWhateverItsLifeWas(String name, Consumer<PlantedLife> life) throws IOException {
        PlantedJournal planted = PlantedJournal.killedAfter(temporary, life);
        Map<Path, List<Object>> before = everything(planted.directory());

        JournalInspection inspection = JournalInspection.of(planted.directory());
        inspection.frames(
                1,
                Long.MAX_VALUE,
                (segment, offset, frame) -> assertThat(frame.type()).isNotNull());

        assertThat(inspection.damage()).as(name).isEmpty();
        assertThat(inspection.log().tip()).isEqualTo(planted.scan().tip());
        assertThat(inspection.log().flushMark()).isEqualTo(planted.scan().flushMark());
        assertThat(inspection.log().ending()).isEqualTo(Ending.CLEAN);
        assertThat(everything(planted.directory())).isEqualTo(before);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("everyLife")
    void aJournalThatWasOpenedAgainIsSoundWhateverItsLifeWas(String name, Consumer<PlantedLife> life)
            throws IOException {
        PlantedJournal planted = PlantedJournal.killedAfter(temporary, life);
        for (BootId boot : List.of(JournalFixture.BOOT, OTHER_BOOT, OTHER_BOOT)) {
            try (JournalFixture fixture = new JournalFixture(planted.directory()).open(boot)) {
                FrameRef tip = fixture.journal().appended();
                JournalInspection open = JournalInspection.of(planted.directory());
                assertThat(open.damage()).as(name).isEmpty();
                assertThat(open.log().tip()).isEqualTo(tip);
            }
            assertThat(JournalInspection.of(planted.directory()).damage())
                    .as(name)
                    .isEmpty();
        }
    }

    /** Names, sizes, times and bytes. */
    private static Map<Path, List<Object>> everything(Path directory) throws IOException {
        Map<Path, List<Object>> found = new TreeMap<>();
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path each : (Iterable<Path>) all::iterator) {
                boolean isFile = Files.isRegularFile(each);
                int bytes = isFile ? Arrays.hashCode(Files.readAllBytes(each)) : 0;
                found.put(each, List.of(Files.getLastModifiedTime(each), isFile ? Files.size(each) : 0L, bytes));
            }
        }
        return found;
    }

    @Test
    void aTornTailIsNotedAndIsNoDamage() throws IOException {
        PlantedJournal planted = PlantedJournal.killedAfter(temporary, life -> life.append(40));
        Place last = planted.place(40);
        Corruption.UNREADY_BIT.apply(last.file(), last.record());

        JournalInspection inspection = JournalInspection.of(planted.directory());

        assertThat(inspection.damage()).isEmpty();
        assertThat(inspection.log().ending()).isEqualTo(Ending.UNREADY);
        assertThat(inspection.log().tip().index()).isEqualTo(39);
        assertThat(inspection.notes()).singleElement().asString().contains("at byte " + last.record(), "in use");
    }

    @Test
    void anUnreadyRecordWithSoundFramesBehindItIsDamageThoughNothingWasFlushed() throws IOException {
        PlantedJournal planted = PlantedJournal.killedAfter(temporary, life -> life.append(20));
        Place place = planted.place(15);
        Corruption.UNREADY_BIT.apply(place.file(), place.record());

        assertThat(JournalInspection.of(planted.directory()).damage())
                .singleElement()
                .satisfies(stretch -> {
                    assertThat(stretch.damage().index()).isEqualTo(15);
                    assertThat(stretch.resumesAtIndex()).isEqualTo(16);
                });
    }

    @Test
    void aLastRecordMarkedAsChroniclesOwnIsDamageThoughNothingWasFlushed() throws IOException {
        PlantedJournal planted = PlantedJournal.killedAfter(temporary, life -> life.append(20));
        Place last = planted.place(20);
        Corruption.META_BIT.apply(last.file(), last.record());

        assertThat(JournalInspection.of(planted.directory()).damage())
                .singleElement()
                .satisfies(stretch -> assertThat(stretch.damage().index()).isEqualTo(20));
    }

    @Test
    void aSegmentInUseThatHasNoNameYetIsReadToo() throws IOException {
        PlantedJournal planted = PlantedJournal.killedAfter(temporary, life -> life.append(60));

        JournalInspection inspection = JournalInspection.of(planted.directory());

        assertThat(inspection.segments()).allMatch(each -> each.state() == SegmentState.UNNAMED && each.inUse());
        assertThat(inspection.log().tip()).isEqualTo(planted.tip());
        assertThat(inspection.log().flushMark()).isZero();
    }

    @Test
    void anUnnamedSegmentWhoseHeaderIsDestroyedIsMissed() throws IOException {
        PlantedJournal planted = PlantedJournal.killedAfter(temporary, life -> life.append(60));
        Place last = planted.place(60);
        Corruption.FIRST_HEADER_DESTROYED.apply(last.file(), last.record());

        assertThat(JournalInspection.of(planted.directory()).damage())
                .singleElement()
                .satisfies(
                        stretch -> assertThat(stretch.damage().index()).isEqualTo(planted.firstIndexOfSegmentOf(60)));
    }

    @Test
    void aDestroyedSegmentThatACutNeedsIsNamed() throws IOException {
        PlantedJournal planted = PlantedJournal.killedAfterACut(temporary);
        Place needed = planted.place(40);
        Corruption.SEGMENT_HEADER_DESTROYED.apply(needed.file(), needed.record());

        assertThat(JournalInspection.of(planted.directory()).damage()).first().satisfies(stretch -> {
            assertThat(stretch.damage().segment()).isEqualTo(needed.segment());
            assertThat(stretch.damage().index()).isEqualTo(planted.firstIndexOfSegmentOf(40));
        });
    }

    @Test
    void aDestroyedSegmentThatACutHasReplacedIsNoDamage() throws IOException {
        PlantedJournal planted = PlantedJournal.killedAfter(temporary, life -> {
            life.append(100);
            life.fixture().agents().flush();
            life.cutFrom(20);
            life.append(5);
        });
        Path replaced = planted.directory().resolve("journal/00000000000000000002.cq4");
        Corruption.ZERO_FILE.apply(replaced, 0);

        JournalInspection inspection = JournalInspection.of(planted.directory());

        assertThat(inspection.damage()).isEmpty();
        assertThat(inspection.segments())
                .filteredOn(each -> each.number() == 2)
                .extracting(InspectedSegment::state)
                .containsExactly(SegmentState.REPLACED);
        assertThat(inspection.notes()).anyMatch(note -> note.startsWith("replaced: segment 2 "));
    }

    @Test
    void whatAStartHasSetAsideIsShownAndIsNoDamageAnyMore() throws IOException {
        PlantedJournal planted = PlantedJournal.killed(temporary);
        Place place = planted.place(PlantedJournal.OLDER);
        Corruption.FLIPPED_PAYLOAD_BIT.apply(place.file(), place.record());
        try (JournalFixture fixture = new JournalFixture(planted.directory()).open()) {
            assertThat(fixture.decision()).isEqualTo(StartDecision.SET_ASIDE_DAMAGE);
        }

        JournalInspection inspection = JournalInspection.of(planted.directory());

        assertThat(inspection.damage()).isEmpty();
        assertThat(inspection.segments())
                .filteredOn(each -> each.state() == SegmentState.ASIDE)
                .extracting(InspectedSegment::number)
                .containsExactly(2L, 3L, 4L);
        assertThat(inspection.notes())
                .anyMatch(note -> note.startsWith("set aside: segment 2 ") && note.contains("index 40"));
    }

    @Test
    void aDirectoryWithoutAJournalIsRefused() {
        assertThatThrownBy(() -> JournalInspection.of(temporary))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("there is no journal in " + temporary);
        assertThatThrownBy(() -> JournalInspection.of(temporary.resolve("nowhere")))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("is not a directory");
    }

    @Test
    void theJournalsOwnDirectoryMayBeGiven() throws IOException {
        PlantedJournal planted = PlantedJournal.killed(temporary);
        Path journal = planted.directory().resolve("journal");
        assertThat(JournalInspection.of(journal).log())
                .isEqualTo(JournalInspection.of(planted.directory()).log());
    }
}
