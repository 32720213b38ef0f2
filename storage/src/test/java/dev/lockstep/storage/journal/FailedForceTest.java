package dev.lockstep.storage.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.ballot.StartDecision;
import dev.lockstep.storage.testing.Directories;
import dev.lockstep.storage.testing.FaultyDisk;
import dev.lockstep.storage.testing.ForwardingDisk;
import dev.lockstep.storage.testing.FrameMaker;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A failed force stops the journal, and a restart does not believe the kernel (PROTOCOL B, safety 16). */
final class FailedForceTest {
    @TempDir
    private Path temporary;

    private final FrameMaker maker = new FrameMaker();
    private final FaultyDisk disk = new FaultyDisk();
    private JournalFixture fixture;

    @BeforeEach
    void failTheSecondFlush() {
        fixture = new JournalFixture(temporary.resolve("node"), disk, JournalFixture.SMALL).open();
        append(5);
        fixture.agents().flush();
        append(5);
        disk.failAt(
                FaultyDisk.Operation.FORCE, disk.count(FaultyDisk.Operation.FORCE) + 1, new IOException("I/O error"));
    }

    private void append(int frames) {
        for (int i = 0; i < frames; i++) {
            maker.next(1, 1000);
            assertThat(fixture.journal().reserve(maker.length())).isTrue();
            fixture.journal().append(maker.buffer(), 0, maker.length());
        }
    }

    @Test
    void aFailedForceStopsFlusherAndWriter() {
        List<Long> heard = new ArrayList<>();
        fixture.journal().onFlushed((generation, index) -> heard.add(index));
        assertThatThrownBy(() -> fixture.agents().flush())
                .isInstanceOf(StorageException.ForceFailed.class)
                .hasMessageContaining("restart the node");
        assertThat(heard).isEmpty();
        assertThat(fixture.journal().flushedIndex()).isEqualTo(5);
        assertThat(fixture.journal().isSound()).isFalse();
        assertThatThrownBy(() -> fixture.journal().reserve(100))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("has failed");
        fixture.close();
    }

    @Test
    void aRestartWritesAnewWhatTheKernelMayHaveForgotten() {
        assertThatThrownBy(() -> fixture.agents().flush()).isInstanceOf(StorageException.ForceFailed.class);
        FrameRef last = fixture.journal().appended();
        Path left = Directories.copy(temporary.resolve("node"), temporary.resolve("left"));
        fixture.close();

        Rewritten rewritten = new Rewritten();
        try (JournalFixture restarted = new JournalFixture(left, rewritten, JournalFixture.SMALL).open()) {
            assertThat(restarted.decision()).isEqualTo(StartDecision.KEEP);
            assertThat(restarted.journal().appended()).isEqualTo(last);
            assertThat(rewritten.beforeFirstSegmentForce)
                    .as("bytes written over themselves")
                    .isGreaterThan(10 * 1000);
            assertThat(rewritten.forced).isTrue();
            assertThat(restarted.journal().flushedIndex()).isEqualTo(10);
        }
    }

    /** Counts what is written to a named segment before it is forced. */
    private static final class Rewritten extends ForwardingDisk {
        private long beforeFirstSegmentForce;
        private boolean forced;

        @Override
        public void write(FileChannel channel, ByteBuffer bytes, long position) throws IOException {
            boolean isFirstSegment = bytes.remaining() > SegmentHeader.ROOM && !isZero(bytes);
            if (!forced && isFirstSegment) {
                beforeFirstSegmentForce += bytes.remaining();
            }
            super.write(channel, bytes, position);
        }

        private static boolean isZero(ByteBuffer bytes) {
            for (int i = bytes.position(); i < bytes.limit(); i++) {
                if (bytes.get(i) != 0) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public void force(FileChannel channel, Path file) throws IOException {
            forced |= file.getFileName().toString().endsWith("1.cq4");
            super.force(channel, file);
        }
    }
}
