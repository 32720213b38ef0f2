package dev.lockstep.storage.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.storage.testing.ForwardingDisk;
import dev.lockstep.storage.testing.FrameMaker;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.agrona.concurrent.Agent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The flusher shares the preparer's thread: whoever waits for it waits for a step at most. */
final class PreparerStepTest {
    private static final int SEGMENT_BYTES = 1 << 20;
    private static final int SHORT_BYTES = 16 << 10;
    private static final int FRAME_BYTES = 8 << 10;

    @TempDir
    private Path temporary;

    private final FrameMaker maker = new FrameMaker();

    @Test
    void aStepIsShortWhereEachFrameWaitsForTheFlusher() throws Exception {
        assertThat(mostInAStep(0)).isEqualTo(SHORT_BYTES);
    }

    @Test
    void aStepIsLongerWhereFramesMayWait() throws Exception {
        assertThat(mostInAStep(100_000_000)).isBetween(2L * SHORT_BYTES, SEGMENT_BYTES / 2L);
    }

    @Test
    void aStepIsLongerWhereTheWriterFillsMoreBetweenTwoForces() throws Exception {
        Zeros zeros = new Zeros();
        JournalSettings settings = new JournalSettings(SEGMENT_BYTES, 1L << 40, 0);
        try (JournalFixture fixture = new JournalFixture(temporary, zeros, settings).open()) {
            takeWhatIsReady(fixture.journal());
            Agent preparer = fixture.agents().preparer();
            preparer.doWork();
            for (int i = 0; i < 10; i++) {
                append(fixture.journal(), FRAME_BYTES);
            }
            long before = zeros.written;
            zeros.longest = 0;
            preparer.doWork();
            assertThat(zeros.written - before).isGreaterThan(10 * FRAME_BYTES);
            assertThat(zeros.longest)
                    .as("a force writes all of what was written at once")
                    .isLessThanOrEqualTo(SHORT_BYTES);
        }
    }

    private long mostInAStep(long flushIntervalNs) throws Exception {
        Zeros zeros = new Zeros();
        JournalSettings settings = new JournalSettings(SEGMENT_BYTES, 1L << 40, flushIntervalNs);
        try (JournalFixture fixture = new JournalFixture(temporary, zeros, settings).open()) {
            takeWhatIsReady(fixture.journal());
            Agent preparer = fixture.agents().preparer();
            preparer.doWork(); // makes the directory besides
            long most = 0;
            long before = zeros.written;
            while (preparer.doWork() > 0) {
                most = Math.max(most, zeros.written - before);
                before = zeros.written;
            }
            return most;
        }
    }

    private void takeWhatIsReady(Journal journal) {
        append(journal, 100);
    }

    private void append(Journal journal, int bytes) {
        maker.next(1, bytes);
        assertThat(journal.reserve(maker.length())).isTrue();
        journal.append(maker.buffer(), 0, maker.length());
    }

    /** Counts what is written into segments that are prepared. */
    private static final class Zeros extends ForwardingDisk {
        private long written;
        private long longest;

        @Override
        public void write(FileChannel channel, ByteBuffer bytes, long position) throws IOException {
            longest = Math.max(longest, bytes.remaining());
            if (bytes.remaining() >= SHORT_BYTES) {
                written += bytes.remaining();
            }
            super.write(channel, bytes, position);
        }
    }
}
