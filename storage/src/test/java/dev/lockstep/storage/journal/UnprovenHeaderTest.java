package dev.lockstep.storage.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.testing.Directories;
import dev.lockstep.storage.testing.FaultyDisk;
import dev.lockstep.storage.testing.FaultyDisk.Operation;
import dev.lockstep.storage.testing.FrameMaker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stands in a segment's header is on the device only if a force has said so: a start proves it anew. */
final class UnprovenHeaderTest {
    private final IOException refused = new IOException("Input/output error");

    @TempDir
    private Path temporary;

    private final FrameMaker maker = new FrameMaker();
    private final FaultyDisk disk = new FaultyDisk();
    private JournalFixture fixture;

    @BeforeEach
    void openAndFlushSome() {
        fixture = new JournalFixture(temporary.resolve("node"), disk, JournalFixture.SMALL).open();
        append(10);
        fixture.agents().flush();
    }

    private void append(int frames) {
        for (int i = 0; i < frames; i++) {
            maker.next(1, 1000);
            assertThat(fixture.journal().reserve(maker.length())).isTrue();
            fixture.journal().append(maker.buffer(), 0, maker.length());
        }
    }

    /** @return what is left when the flush is refused at one of its forces, counted from 1 */
    private Path failFlushAt(int force) {
        disk.failAt(Operation.FORCE, disk.count(Operation.FORCE) + force, refused);
        assertThatThrownBy(() -> fixture.agents().flush()).isInstanceOf(StorageException.ForceFailed.class);
        Path left = Directories.copy(temporary.resolve("node"), temporary.resolve("left"));
        fixture.close();
        return left;
    }

    private void cutBehindFifth() throws Exception {
        while (!fixture.journal().truncateFrom(6)) {
            fixture.agents().preparer().doWork();
        }
    }

    @Test
    void aMarkWhoseForceFailedIsWrittenAnew() {
        append(5);
        Path left = failFlushAt(2);
        FaultyDisk watched = new FaultyDisk();
        try (JournalFixture restarted = new JournalFixture(left, watched, JournalFixture.SMALL).open()) {
            assertThat(restarted.journal().appendedIndex()).isEqualTo(15);
            assertThat(beforeForceOf("00000000000000000001.cq4", watched)).contains("WRITE");
        }
    }

    @Test
    void aNoteOfACutWhoseForceFailedIsWrittenAnew() throws Exception {
        cutBehindFifth();
        Path left = failFlushAt(2);
        assertThat(noteIn(left)).as("in the file, if not on the device").isEqualTo(5);
        FaultyDisk watched = new FaultyDisk();
        try (JournalFixture restarted = new JournalFixture(left, watched, JournalFixture.SMALL).open()) {
            assertThat(restarted.journal().appendedIndex()).isEqualTo(5);
            assertThat(beforeForceOf("00000000000000000001.cq4", watched)).contains("WRITE");
        }
    }

    @Test
    void aNoteOfACutThatWasNotWrittenIsWritten() throws Exception {
        cutBehindFifth();
        disk.failAt(Operation.FORCE_DIRECTORY, disk.count(Operation.FORCE_DIRECTORY) + 1, refused);
        Path left = failFlushAt(Integer.MAX_VALUE / 2);
        assertThat(noteIn(left)).isEqualTo(CutNote.NONE);
        try (JournalFixture restarted = new JournalFixture(left).open()) {
            assertThat(restarted.journal().appendedIndex()).isEqualTo(5);
        }
        assertThat(noteIn(left)).isEqualTo(5);
    }

    private static long noteIn(Path node) throws IOException {
        Path kept = node.resolve("journal").resolve("00000000000000000001.cq4");
        return SegmentImage.read(1, kept, true).cutNote();
    }

    private static List<String> beforeForceOf(String file, FaultyDisk disk) {
        int force = disk.trace().indexOf("FORCE " + file);
        assertThat(force).as("%s", disk.trace()).isNotNegative();
        return disk.trace().subList(0, force);
    }
}
