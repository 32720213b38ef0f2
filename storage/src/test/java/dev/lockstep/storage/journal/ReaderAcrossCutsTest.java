package dev.lockstep.storage.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.testing.FrameMaker;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** what a reader does to its owner. */
final class ReaderAcrossCutsTest {
    @TempDir
    private Path directory;

    private final FrameMaker maker = new FrameMaker();
    private JournalFixture fixture;

    @BeforeEach
    void open() {
        fixture = new JournalFixture(directory).open();
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private FrameRef append(int commands, int length) {
        maker.next(commands, length);
        while (!fixture.journal().reserve(maker.length())) {
            fixture.settle();
        }
        fixture.journal().append(maker.buffer(), 0, maker.length());
        return maker.ref();
    }

    @Test
    void aCutBehindTheReaderLeavesTheCommandCursorAlone() {
        append(5, 50);
        append(1, 50);
        fixture.settle();
        try (JournalReader reader = fixture.journal().newReader()) {
            assertThat(reader.seek(1)).isEqualTo(ReadResult.FRAME);
            assertThat(reader.frame().nextCommand()).isTrue();
            assertThat(reader.frame().nextCommand()).isTrue();
            assertThat(reader.frame().commandIndex()).isEqualTo(2);
            assertThat(fixture.journal().truncateFrom(6)).isTrue();
            assertThat(reader.next()).isEqualTo(ReadResult.END);
            assertThat(reader.frame().nextCommand()).isTrue();
            assertThat(reader.frame().commandIndex())
                    .as("the command behind the one read last")
                    .isEqualTo(3);
        }
    }

    @Test
    void aCommandIsNotGivenTwiceBecauseOfACutBehindTheReader() {
        append(5, 50);
        append(1, 50);
        fixture.settle();
        try (JournalReader reader = fixture.journal().newReader()) {
            assertThat(reader.seek(1)).isEqualTo(ReadResult.FRAME);
            while (reader.frame().nextCommand()) {
                // applied
            }
            assertThat(fixture.journal().truncateFrom(6)).isTrue();
            assertThat(reader.next()).isEqualTo(ReadResult.END);
            assertThat(reader.frame().nextCommand()).as("all five were read").isFalse();
        }
    }

    @Test
    void theCurrentFrameStaysMappedThroughEndAlsoWhenASnapshotTakesItsPlace() throws IOException {
        FrameRef last = append(5, 50);
        fixture.settle();
        try (JournalReader reader = fixture.journal().newReader()) {
            assertThat(reader.seek(1)).isEqualTo(ReadResult.FRAME);
            assertThat(reader.frame().nextCommand()).isTrue();
            long address =
                    reader.frame().buffer().addressOffset() + reader.frame().offset();
            assertThat(isMapped(address)).isTrue();
            while (!fixture.journal().startAfter(last)) {
                fixture.settle();
            }
            fixture.settle();
            assertThat(reader.next()).isEqualTo(ReadResult.END);
            long now = reader.frame().buffer().addressOffset() + reader.frame().offset();
            // nextCommand() here kills the JVM with SIGSEGV
            assertThat(isMapped(now)).as("the memory under the current frame").isTrue();
        }
    }

    private static boolean isMapped(long address) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/maps")).stream().anyMatch(line -> {
            String[] ends = line.substring(0, line.indexOf(" ")).split("-", -1);
            return Long.compareUnsigned(address, Long.parseUnsignedLong(ends[0], 16)) >= 0
                    && Long.compareUnsigned(address, Long.parseUnsignedLong(ends[1], 16)) < 0
                    && line.contains(".cq4");
        });
    }

    @Test
    void damageFoundByASeekNamesAnIndexFromWhichItCanBePutAside() throws IOException {
        for (int i = 0; i < 30; i++) {
            append(1, 500);
        }
        fixture.settle();
        Path file = fixture.journalDirectory().resolve("00000000000000000001.cq4");
        int at = 0;
        try (JournalReader reader = fixture.journal().newReader()) {
            assertThat(reader.seek(10)).isEqualTo(ReadResult.FRAME);
            at = reader.frame().offset();
        }
        try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
            raw.seek(at - 4);
            raw.write(new byte[4]); // the record's length, zero
        }
        try (JournalReader reader = fixture.journal().newReader()) {
            assertThat(reader.seek(20)).isEqualTo(ReadResult.DAMAGED);
            long index = reader.damage().index();
            assertThat(fixture.journal().setAsideFrom(index))
                    .as("from index " + index)
                    .isTrue();
        }
    }
}
