package dev.lockstep.storage.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.storage.Disk;
import dev.lockstep.storage.testing.FrameMaker;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Chronicle refuses once, by an unchecked exception (too many open files). */
final class PreparerFailureTest {
    @TempDir
    private Path temporary;

    @Test
    void anUncheckedFailureInThePreparerEitherPassesOrStopsTheJournal() throws Exception {
        boolean[] break_ = {false};
        Disk disk = new Forwarding() {
            @Override
            public void force(FileChannel channel, Path file) throws IOException {
                super.force(channel, file);
                if (break_[0] && file.toString().endsWith(".precreated")) {
                    break_[0] = false;
                    Path table = file.resolveSibling("metadata.cq4t");
                    Files.delete(table);
                    Files.createDirectory(table);
                }
            }
        };
        FrameMaker maker = new FrameMaker();
        try (JournalFixture fixture = new JournalFixture(temporary, disk, JournalFixture.SMALL).open()) {
            break_[0] = true;
            maker.next(1, 100);
            assertThat(fixture.journal().reserve(maker.length())).isTrue();
            fixture.journal().append(maker.buffer(), 0, maker.length());
            Throwable last = null;
            for (int i = 0; i < 50 && fixture.journal().space() != JournalSpace.READY; i++) {
                try {
                    fixture.agents().preparer().doWork();
                    Thread.sleep(5);
                } catch (Throwable e) {
                    last = e;
                }
            }
            assertThat(fixture.journal().space() == JournalSpace.READY
                            || !fixture.journal().isSound())
                    .as("ready again, or said to have failed; last: %s", String.valueOf(last))
                    .isTrue();
        }
    }

    private static class Forwarding implements Disk {
        private final Disk system = Disk.system();

        @Override
        public void write(FileChannel channel, java.nio.ByteBuffer bytes, long position) throws IOException {
            system.write(channel, bytes, position);
        }

        @Override
        public void force(FileChannel channel, Path file) throws IOException {
            system.force(channel, file);
        }

        @Override
        public void forceDirectory(Path directory) throws IOException {
            system.forceDirectory(directory);
        }

        @Override
        public void link(Path file, Path link) throws IOException {
            system.link(file, link);
        }

        @Override
        public void rename(Path from, Path to) throws IOException {
            system.rename(from, to);
        }

        @Override
        public void delete(Path file) throws IOException {
            system.delete(file);
        }

        @Override
        public void truncate(FileChannel channel, long length) throws IOException {
            system.truncate(channel, length);
        }

        @Override
        public long usableBytes(Path directory) throws IOException {
            return system.usableBytes(directory);
        }
    }
}
