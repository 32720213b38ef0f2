package dev.lockstep.storage.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.storage.ballot.Marks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The journal in segments keeps the contract. */
final class SegmentedJournalTest extends JournalContract {
    @TempDir
    private Path directory;

    private JournalFixture fixture;

    @BeforeEach
    void open() {
        fixture = new JournalFixture(directory).open();
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void damageInALivingJournalIsNamedNeverReturnedAndPutAside() throws IOException {
        appendMany(80, LARGE);
        settle();
        Path second = fixture.journalDirectory().resolve("00000000000000000002.cq4");
        int record;
        try (JournalReader reader = journal().newReader()) {
            assertThat(reader.seek(40)).isEqualTo(ReadResult.FRAME);
            record = reader.frame().offset() - Documents.HEADER_LENGTH;
            Corruption.FLIPPED_PAYLOAD_BIT.apply(second, record);
            assertThat(reader.seek(39)).isEqualTo(ReadResult.FRAME);
            for (int asked = 0; asked < 2; asked++) {
                assertThat(reader.next()).isEqualTo(ReadResult.DAMAGED);
                assertThat(reader.damage().index()).isEqualTo(40);
                assertThat(reader.damage().segment()).isEqualTo(2);
                assertThat(reader.damage().offset()).isEqualTo(record);
            }
        }
        while (!journal().setAsideFrom(40)) {
            settle();
        }
        assertThat(journal().appendedIndex()).isEqualTo(39);
        assertThat(fixture.journalDirectory().resolve("aside")).isDirectoryContaining("glob:**2.cq4");
        assertThat(fixture.journalDirectory().resolve("aside")).isDirectoryContaining("glob:**3.cq4");
        maker.after(journal().appended()).term(5);
        appendMany(10, LARGE);
        reopen();
        assertThat(readFrom(1)).isEqualTo(maker.ref());
    }

    @Test
    void sealedSegmentsGiveTheirUnusedTailBack() throws IOException {
        appendMany(80, LARGE);
        settle();
        Path first = fixture.journalDirectory().resolve("00000000000000000001.cq4");
        assertThat(Files.size(first)).isLessThan(JournalFixture.SMALL.segmentBytes());
        readFrom(1);
    }

    @Test
    void whereEachSegmentBeginsIsTold() {
        List<Long> begun = new ArrayList<>();
        journal().onRolled(begun::add);
        appendMany(80, LARGE);
        settle();
        try (JournalReader reader = journal().newReader()) {
            for (long first : begun) {
                assertThat(reader.seek(first)).isEqualTo(ReadResult.FRAME);
                int record = reader.frame().offset();
                if (first > 1) {
                    assertThat(reader.seek(first - 1)).isEqualTo(ReadResult.FRAME);
                    assertThat(record)
                            .as("the segment's first record")
                            .isLessThan(reader.frame().offset());
                }
            }
        }
        assertThat(begun).isSorted().hasSizeGreaterThan(1).startsWith(1L);
    }

    @Test
    void compactionDeletesTheFilesOldestFirst() throws IOException {
        appendMany(150, LARGE);
        settle();
        journal().compactBelow(100);
        settle();
        try (var files = Files.list(fixture.journalDirectory())) {
            assertThat(files.map(each -> each.getFileName().toString())
                            .filter(name -> name.endsWith(".cq4"))
                            .sorted()
                            .findFirst())
                    .hasValue("00000000000000000004.cq4");
        }
        reopen();
        assertThat(journal().base().index()).isBetween(90L, 99L);
    }

    @Override
    protected Journal journal() {
        return fixture.journal();
    }

    @Override
    protected Marks marks() {
        return fixture.marks();
    }

    @Override
    protected void settle() {
        fixture.settle();
    }

    @Override
    protected void reopen() {
        fixture.close();
        fixture.open();
    }
}
