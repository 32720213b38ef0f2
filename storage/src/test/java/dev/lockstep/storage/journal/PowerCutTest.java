package dev.lockstep.storage.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.ballot.BootId;
import dev.lockstep.storage.ballot.StartDecision;
import dev.lockstep.storage.testing.FrameMaker;
import dev.lockstep.storage.testing.RecordingDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.agrona.concurrent.Agent;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The machine loses power at any moment: what was flushed is there afterwards, in the order in which it was, whatever
 * else is lost; and a power cut alone never looks like damage (PROTOCOL B).
 */
final class PowerCutTest {
    private static final JournalSettings TINY = new JournalSettings(256 << 10, 1L << 30, 0);
    /** Frames wait for the flusher's next visit, which is its next turn. */
    private static final JournalSettings TINY_IN_BACKGROUND = new JournalSettings(256 << 10, 1L << 30, 2);

    private static final int STEPS = 60;
    private static final int DRAWS_A_STEP = 2;
    /** One in so many of the disk's own operations is where power is lost, too. */
    private static final int OPERATIONS_A_DRAW = 12;

    @TempDir
    private Path temporary;

    private final RecordingDisk disk = new RecordingDisk();
    private final FrameMaker maker = new FrameMaker();
    private final TreeMap<Long, FrameRef> history = new TreeMap<>();
    private Random random;
    private JournalFixture living;
    private int draws;
    private long nowNs;

    @ParameterizedTest
    @MethodSource("seeds")
    void whatWasFlushedSurvivesEveryPowerCut(long seed) {
        random = new Random(seed);
        Path directory = temporary.resolve("node");
        living = new JournalFixture(directory, disk, seed % 2 == 0 ? TINY : TINY_IN_BACKGROUND)
                .clock(() -> nowNs += 10_000_000)
                .open();
        disk.beforeEach(() -> {
            if (random.nextInt(OPERATIONS_A_DRAW) == 0) {
                cutPower(directory);
            }
        });
        try {
            for (int step = 0; step < STEPS; step++) {
                act();
                for (int i = 0; i < DRAWS_A_STEP; i++) {
                    cutPower(directory);
                }
            }
        } finally {
            disk.beforeEach(() -> {});
            living.close();
        }
        assertThat(draws).isGreaterThan(STEPS * DRAWS_A_STEP);
    }

    static LongStream seeds() {
        return LongStream.rangeClosed(1, Long.getLong("lockstep.powercuts", 40));
    }

    private void act() {
        int kind = random.nextInt(20);
        if (kind < 12) {
            append(1 + random.nextInt(12));
        } else if (kind < 14) {
            work(living.agents().flusher());
        } else if (kind < 16) {
            living.settle();
        } else if (kind < 17) {
            truncate();
        } else if (kind < 19) {
            long compacted = living.journal().flushedIndex() / 2;
            living.journal().compactBelow(compacted);
        } else {
            startAfterSnapshot();
        }
    }

    private void append(int frames) {
        for (int i = 0; i < frames; i++) {
            maker.next(random.nextInt(3), 1 + random.nextInt(8_000));
            while (!living.journal().reserve(maker.length())) {
                work(living.agents().preparer());
            }
            living.journal().append(maker.buffer(), 0, maker.length());
            history.put(maker.ref().index(), maker.ref());
        }
    }

    private static void work(Agent agent) {
        try {
            agent.doWork();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void truncate() {
        if (history.size() < 3) {
            return;
        }
        int back = 1 + random.nextInt(Math.min(history.size() - 1, 30));
        FrameRef last = maker.ref();
        for (int i = 0; i < back; i++) {
            last = history.lowerEntry(last.index()) == null
                    ? last
                    : history.lowerEntry(last.index()).getValue();
        }
        if (last.index() >= living.journal().appendedIndex()
                || last.index() < living.journal().base().index()) {
            return;
        }
        while (!living.journal().truncateFrom(last.index() + 1)) {
            work(living.agents().preparer());
        }
        history.tailMap(last.index(), false).clear();
        maker.after(last).term(living.journal().generation() + 2);
    }

    private void startAfterSnapshot() {
        FrameRef snapshot = new FrameRef(
                living.journal().appendedIndex() + 100, living.journal().generation() + 2, 99);
        while (!living.journal().startAfter(snapshot)) {
            work(living.agents().preparer());
        }
        history.clear();
        maker.after(snapshot);
    }

    /** Draws what is left, and starts from it. */
    private void cutPower(Path directory) {
        draws++;
        Path left = disk.drawPowerCut(directory, temporary.resolve("cut" + draws), random);
        long flushed = living.journal().flushedIndex();
        try (JournalFixture fixture = new JournalFixture(left, new RecordingDisk(), TINY)) {
            fixture.scan(new BootId(5, draws));
            assertThat(fixture.decision())
                    .as(
                            "draw %s, flushed %s, found %s",
                            draws, flushed, fixture.opening().logEnd())
                    .isNotEqualTo(StartDecision.SET_ASIDE_DAMAGE);
            assertThat(fixture.opening().end().lastGoodIndex())
                    .as("draw %s: %s", draws, fixture.opening().logEnd())
                    .isGreaterThanOrEqualTo(flushed);
        }
        if (draws % 4 == 0) {
            startAndRead(left, flushed);
        }
        delete(left);
    }

    private void startAndRead(Path left, long flushed) {
        try (JournalFixture fixture = new JournalFixture(left, new RecordingDisk(), TINY).open(new BootId(6, draws))) {
            try (JournalReader reader = fixture.journal().newReader()) {
                ReadResult result = reader.next();
                for (; result == ReadResult.FRAME; result = reader.next()) {
                    FrameRef read = reader.frame().ref();
                    FrameRef written = history.get(read.index());
                    if (read.index() <= flushed && written != null) {
                        assertThat(read).isEqualTo(written);
                    }
                }
                assertThat(result).as("%s", reader.damage()).isEqualTo(ReadResult.END);
            }
            FrameMaker more =
                    new FrameMaker().after(fixture.journal().appended()).term(1000);
            more.next(1, 100);
            assertThat(fixture.journal().reserve(more.length())).isTrue();
            fixture.journal().append(more.buffer(), 0, more.length());
            assertThat(fixture.journal().appended()).isEqualTo(more.ref());
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path each : (Iterable<Path>) all.sorted(Comparator.reverseOrder())::iterator) {
                Files.delete(each);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
