package dev.lockstep.storage.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.lockstep.storage.frame.FrameEncoder;
import dev.lockstep.storage.frame.FrameType;
import dev.lockstep.storage.journal.PlantedJournal.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ScanBlameTest {
    @TempDir
    private Path temporary;

    @Test
    void aDestroyedSegmentThatACutNeedsIsBlamedItself() throws IOException {
        PlantedJournal planted = PlantedJournal.killedAfterACut(temporary);
        Place needed = planted.place(40);
        Corruption.SEGMENT_HEADER_DESTROYED.apply(needed.file(), needed.record());
        assertThat(planted.scan().logEnd().segment()).isEqualTo(needed.segment());
    }

    /** The note in the cut segment ends the log there, for a start and for the inspector. */
    @Test
    void theLogEndsAtACutWhoseOwnSegmentIsDestroyed() throws IOException {
        PlantedJournal planted = PlantedJournal.killedAfterACut(temporary);
        Place cut = planted.place(46);
        Corruption.SEGMENT_HEADER_DESTROYED.apply(cut.file(), cut.record());
        assertThat(planted.scan().tip().index()).isEqualTo(44);
        assertThat(planted.scan().logEnd().segment()).isEqualTo(cut.segment());
        assertThat(JournalInspection.of(planted.directory()).log().tip().index())
                .isEqualTo(44);
    }

    @Test
    void aSwappedSegmentIsBlamedItself() throws IOException {
        PlantedJournal planted = PlantedJournal.killed(temporary);
        Path second = planted.place(40).file();
        Path third = planted.place(70).file();
        Files.move(second, temporary.resolve("x"));
        Files.move(third, second);
        Files.move(temporary.resolve("x"), third);
        assertThat(planted.scan().logEnd().segment()).isEqualTo(2);
    }

    @Test
    void aRecordMarkedAsChroniclesOwnIsNamedAtItsOwnByte() throws IOException {
        PlantedJournal planted = PlantedJournal.killed(temporary);
        Place place = planted.place(40);
        Corruption.META_BIT.apply(place.file(), place.record());
        assertThat(planted.scan().logEnd().offset()).isEqualTo(place.record());
    }

    @Test
    void aFileWithTooLongANumberDoesNotStopTheStart() throws IOException {
        PlantedJournal planted = PlantedJournal.killed(temporary);
        Files.createFile(planted.directory().resolve("journal/99999999999999999999.cq4"));
        assertThatCode(planted::scan).doesNotThrowAnyException();
    }

    @Test
    void noCommandLongerThanTheBufferFits() {
        FrameEncoder encoder = new FrameEncoder(1408, 65536).start(FrameType.COMMANDS);
        assertThat(encoder.fits(Integer.MAX_VALUE)).isFalse();
    }
}
