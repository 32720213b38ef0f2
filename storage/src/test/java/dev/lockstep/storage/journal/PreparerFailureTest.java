package dev.lockstep.storage.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.storage.Disk;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.testing.ForwardingDisk;
import dev.lockstep.storage.testing.FrameMaker;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Chronicle refuses to open a segment, by an exception that says nothing of the disk. */
final class PreparerFailureTest {
    @TempDir
    private Path temporary;

    private final FrameMaker maker = new FrameMaker();

    @Test
    void aSegmentThatCannotBeOpenedStopsTheJournalLoudly() {
        UnopenableTable disk = new UnopenableTable();
        try (JournalFixture fixture = new JournalFixture(temporary, disk, JournalFixture.SMALL).open()) {
            maker.next(1, 100);
            assertThat(fixture.journal().reserve(maker.length())).isTrue();
            fixture.journal().append(maker.buffer(), 0, maker.length());
            disk.breakNext = true;
            assertThatThrownBy(() -> prepareUntilReady(fixture))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("the next segment cannot be made");
            assertThat(fixture.journal().isSound()).isFalse();
            assertThatThrownBy(() -> fixture.journal().reserve(maker.length())).hasMessageContaining("has failed");
        }
    }

    @Test
    void aDirectoryThatIsTakenAwayWhileASegmentIsPreparedStopsTheJournalLoudly() throws Exception {
        try (JournalFixture fixture = new JournalFixture(temporary, Disk.system(), JournalFixture.SMALL).open()) {
            maker.next(1, 100);
            assertThat(fixture.journal().reserve(maker.length())).isTrue();
            fixture.journal().append(maker.buffer(), 0, maker.length());
            fixture.agents().preparer().doWork();
            Files.move(temporary.resolve("journal"), temporary.resolve("taken"));
            assertThatThrownBy(() -> prepareUntilReady(fixture))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("the next segment cannot be made");
            assertThat(fixture.journal().isSound()).isFalse();
            assertThat(temporary.resolve("journal")).doesNotExist();
            Files.move(temporary.resolve("taken"), temporary.resolve("journal"));
        }
    }

    private static void prepareUntilReady(JournalFixture fixture) throws Exception {
        while (fixture.journal().space() != JournalSpace.READY) {
            fixture.agents().preparer().doWork();
        }
    }

    /** Puts a directory where Chronicle's table should be, just before Chronicle looks for it. */
    private static final class UnopenableTable extends ForwardingDisk {
        private boolean breakNext;

        @Override
        public void force(FileChannel channel, Path file) throws IOException {
            super.force(channel, file);
            if (breakNext && file.toString().endsWith(".precreated")) {
                breakNext = false;
                Path table = file.resolveSibling("metadata.cq4t");
                Files.delete(table);
                Files.createDirectory(table);
            }
        }
    }
}
