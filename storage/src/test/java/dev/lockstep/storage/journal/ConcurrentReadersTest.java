package dev.lockstep.storage.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.testing.FrameMaker;
import dev.lockstep.storage.testing.RecordingDisk;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.CompositeAgent;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.YieldingIdleStrategy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Readers on threads of their own, while the writer appends, rolls, cuts and compacts and the agents flush, name and
 * delete: every frame a reader gets continues the one it got before, or it has been told that the history was cut.
 */
final class ConcurrentReadersTest {
    private static final JournalSettings TINY = new JournalSettings(256 << 10, 1L << 30, 0);
    private static final int ACTS = 3_000;

    @TempDir
    private Path directory;

    private final Random random = new Random(7);
    private final FrameMaker maker = new FrameMaker();
    private volatile boolean done;

    @Test
    void readersNeverMixTwoHistories() throws Exception {
        AtomicReference<Throwable> backgroundError = new AtomicReference<>();
        ExecutorService readers = Executors.newFixedThreadPool(2);
        try (JournalFixture fixture = new JournalFixture(directory, new RecordingDisk(), TINY).open()) {
            AgentRunner background = new AgentRunner(
                    new YieldingIdleStrategy(),
                    backgroundError::set,
                    null,
                    new CompositeAgent(
                            fixture.agents().preparer(), fixture.agents().flusher()));
            AgentRunner.startOnThread(background);
            List<Future<Long>> results = new ArrayList<>();
            try {
                for (int i = 0; i < 2; i++) {
                    results.add(readers.submit(follow(fixture.journal())));
                }
                for (int i = 0; i < ACTS && backgroundError.get() == null; i++) {
                    act(fixture.journal());
                }
            } finally {
                done = true;
            }
            for (Future<Long> result : results) {
                assertThat(result.get()).as("frames read").isGreaterThan(ACTS);
            }
            background.close();
            assertThat(backgroundError.get()).isNull();
        } finally {
            readers.shutdownNow();
        }
    }

    private void act(Journal journal) {
        int kind = random.nextInt(100);
        if (kind < 90) {
            for (int i = 0; i < 10; i++) {
                append(journal);
            }
        } else if (kind < 97) {
            cut(journal);
        } else {
            journal.compactBelow(journal.appendedIndex() - 200);
        }
    }

    private void append(Journal journal) {
        maker.next(random.nextInt(3), random.nextInt(2_000));
        while (!journal.reserve(maker.length())) {
            Thread.onSpinWait();
        }
        journal.append(maker.buffer(), 0, maker.length());
    }

    private void cut(Journal journal) {
        long last = journal.appendedIndex();
        long wanted = last - 1 - random.nextInt(100);
        if (wanted <= journal.base().index()) {
            return;
        }
        FrameRef kept;
        try (JournalReader reader = journal.newReader()) {
            assertThat(reader.seek(wanted)).as("%s", reader.damage()).isEqualTo(ReadResult.FRAME);
            kept = reader.frame().ref();
        }
        if (kept.index() >= last) {
            return;
        }
        while (!journal.truncateFrom(kept.index() + 1)) {
            Thread.onSpinWait();
        }
        maker.after(kept).term(maker.ref().term() + journal.generation());
    }

    private Callable<Long> follow(Journal journal) {
        return () -> {
            UnsafeBuffer expected = new UnsafeBuffer(new byte[4096]);
            long frames = 0;
            long lastIndex = 0;
            int lastCrc = 0;
            boolean known = false;
            try (JournalReader reader = journal.newReader()) {
                while (!done) {
                    ReadResult result = reader.next();
                    if (result == ReadResult.FRAME) {
                        Frame frame = reader.frame();
                        if (known) {
                            assertThat(frame.firstIndex()).isEqualTo(lastIndex + 1);
                            assertThat(frame.previousCrc()).isEqualTo(lastCrc);
                        }
                        checkCommands(frame, expected);
                        lastIndex = frame.lastIndex();
                        lastCrc = frame.crc();
                        known = true;
                        frames++;
                    } else if (result == ReadResult.END) {
                        Thread.onSpinWait();
                    } else {
                        assertThat(result).as("%s", reader.damage()).isIn(ReadResult.CUT, ReadResult.COMPACTED);
                        ReadResult sought = reader.seek(journal.base().index() + 1);
                        assertThat(sought).as("%s", reader.damage()).isNotEqualTo(ReadResult.DAMAGED);
                        known = sought == ReadResult.FRAME;
                        if (known) {
                            lastIndex = reader.frame().lastIndex();
                            lastCrc = reader.frame().crc();
                        }
                    }
                }
            }
            return frames;
        };
    }

    private static void checkCommands(Frame frame, UnsafeBuffer expected) {
        while (frame.nextCommand()) {
            FrameMaker.fill(expected, frame.commandIndex(), frame.term(), frame.commandLength());
            for (int i = 0; i < frame.commandLength(); i++) {
                if (expected.getByte(i) != frame.buffer().getByte(frame.commandOffset() + i)) {
                    throw new AssertionError("command " + frame.commandIndex() + " differs at byte " + i);
                }
            }
        }
    }
}
