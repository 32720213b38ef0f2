package dev.lockstep.storage.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.frame.FrameEncoder;
import dev.lockstep.storage.frame.FrameType;
import dev.lockstep.storage.testing.Directories;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A flipped bit in Chronicle's write position must not make it write over frames. Run with assertions off. */
final class ChroniclePositionDamageTest {
    @TempDir
    private Path temporary;

    private static final class Zeros {
        private final FrameEncoder encoder = new FrameEncoder(16384, 8192);
        private FrameRef last = FrameRef.ORIGIN;

        void append(Journal journal) {
            encoder.start(FrameType.COMMANDS).term(1).after(last);
            encoder.add(new UnsafeBuffer(new byte[4000]), 0, 4000);
            encoder.seal();
            assertThat(journal.reserve(encoder.length())).isTrue();
            journal.append(encoder.buffer(), 0, encoder.length());
            last = new FrameRef(encoder.lastIndex(), 1, encoder.crc());
        }
    }

    @Test
    void aDamagedWritePositionDoesNotDestroyFrames() throws IOException {
        Path node = temporary.resolve("node");
        Path left = temporary.resolve("left");
        Zeros zeros = new Zeros();
        try (JournalFixture fixture = new JournalFixture(node).open()) {
            for (int i = 0; i < 20; i++) {
                zeros.append(fixture.journal());
            }
            fixture.agents().flush();
            fixture.marks().promised(20);
            Directories.copy(node, left);
        }
        List<String> lost = new ArrayList<>();
        for (int at = 60; at < 76; at++) {
            for (int bit = 0; bit < 8; bit++) {
                Path copy = Directories.copy(left, temporary.resolve("copy" + at + "-" + bit));
                try (RandomAccessFile raw = new RandomAccessFile(
                        copy.resolve("journal/00000000000000000001.cq4").toFile(), "rw")) {
                    raw.seek(at);
                    int old = raw.read();
                    raw.seek(at);
                    raw.write(old ^ (1 << bit));
                }
                String said = "";
                JournalFixture fixture = new JournalFixture(copy);
                try {
                    fixture.open();
                    if (fixture.journal().appendedIndex() == 20) {
                        Zeros more = new Zeros();
                        more.last = zeros.last;
                        more.append(fixture.journal());
                    }
                } catch (Throwable e) {
                    said = e.toString();
                } finally {
                    try {
                        fixture.close();
                    } catch (Throwable e) {
                        said += " close " + e;
                    }
                }
                try (JournalFixture again = new JournalFixture(copy).scan(JournalFixture.BOOT)) {
                    if (again.opening().end().lastGoodIndex() < 20) {
                        lost.add(at + "." + bit + ": log ends at "
                                + again.opening().end().lastGoodIndex() + " "
                                + again.opening().logEnd() + " " + said);
                    }
                }
            }
        }
        assertThat(lost).isEmpty();
    }
}
