package dev.lockstep.storage.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.testing.Directories;
import dev.lockstep.storage.testing.FrameMaker;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A bit flipped in what Chronicle keeps in front of our header, which no checksum covers; same boot. */
final class ChronicleRecordDamageTest {
    @TempDir
    private Path temporary;

    @Test
    void aFlippedBitInChroniclesOwnRecordsDoesNotKeepTheNodeDownNorLoseAFrame() throws IOException {
        Path node = temporary.resolve("node");
        Path left = temporary.resolve("left");
        FrameMaker maker = new FrameMaker();
        try (JournalFixture fixture = new JournalFixture(node).open()) {
            for (int i = 0; i < 5; i++) {
                maker.next(1, 500);
                assertThat(fixture.journal().reserve(maker.length())).isTrue();
                fixture.journal().append(maker.buffer(), 0, maker.length());
            }
            fixture.agents().flush();
            fixture.marks().promised(5);
            Directories.copy(node, left);
        }
        List<String> failures = new ArrayList<>();
        for (int at = 4; at < 420; at += 5) {
            Path copy = Directories.copy(left, temporary.resolve("copy" + at));
            try (RandomAccessFile raw = new RandomAccessFile(
                    copy.resolve("journal/00000000000000000001.cq4").toFile(), "rw")) {
                raw.seek(at);
                int old = raw.read();
                raw.seek(at);
                raw.write(old ^ (1 << (at % 8)));
            }
            String what = attempt(copy, maker);
            if (what != null) {
                failures.add(at + ": " + what);
            }
        }
        assertThat(failures).isEmpty();
    }

    private static String attempt(Path copy, FrameMaker maker) {
        JournalFixture fixture = new JournalFixture(copy);
        String step = "open";
        try {
            fixture.open();
            step = "append";
            long before = fixture.journal().appendedIndex();
            if (before == 5) {
                FrameMaker more = new FrameMaker().after(maker.ref()).next(1, 100);
                while (!fixture.journal().reserve(more.length())) {
                    fixture.settle();
                }
                fixture.journal().append(more.buffer(), 0, more.length());
            }
            step = "read";
            try (JournalReader reader = fixture.journal().newReader()) {
                ReadResult result = reader.next();
                while (result == ReadResult.FRAME) {
                    result = reader.next();
                }
                if (result != ReadResult.END) {
                    return "read " + result + " " + reader.damage();
                }
            }
            return null;
        } catch (StorageException e) {
            return step + " StorageException " + e.getMessage();
        } catch (Throwable e) {
            return step + " " + e;
        } finally {
            try {
                fixture.close();
            } catch (Throwable e) {
                // told above
            }
        }
    }
}
