package dev.lockstep.engine.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.storage.Disk;
import dev.lockstep.storage.Invariant;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.agrona.concurrent.SystemEpochClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineCountersTest {
    @TempDir
    private Path directory;

    private CountersFile file;
    private EngineCounters counters;

    @BeforeEach
    void open() {
        file = CountersFile.open(directory, Disk.system(), SystemEpochClock.INSTANCE);
        counters = new EngineCounters(file.counters());
    }

    @AfterEach
    void close() {
        file.close();
    }

    private Map<String, Long> read() {
        return CountersFile.read(directory);
    }

    @Test
    void anotherProcessSeesEachCounterUnderItsLabel() {
        counters.set(EngineCounter.COMMITTED_INDEX, 42);
        counters.increment(EngineCounter.FRAMES_PROPOSED);
        counters.add(EngineCounter.COMMANDS_PROPOSED, 17);
        counters.add(EngineCounter.COMMANDS_PROPOSED, 3);

        assertThat(read())
                .hasSize(EngineCounter.values().length)
                .containsEntry("committed index", 42L)
                .containsEntry("frames proposed", 1L)
                .containsEntry("commands proposed", 20L)
                .containsEntry("errors", 0L);
        assertThat(counters.get(EngineCounter.COMMITTED_INDEX)).isEqualTo(42);
    }

    @Test
    void everyCounterHasItsOwnLabelAndTheNumberThatToolsGoBy() {
        List<EngineCounter> all = Arrays.asList(EngineCounter.values());
        assertThat(all)
                .extracting(EngineCounter::label)
                .doesNotHaveDuplicates()
                .containsExactly(
                        "role",
                        "term",
                        "epoch",
                        "appended index",
                        "flushed index",
                        "committed index",
                        "applied index",
                        "elections",
                        "role changes",
                        "frames proposed",
                        "commands proposed",
                        "back-pressured offers",
                        "offers to a node that is not the primary",
                        "longest duty cycle in ns",
                        "longest duty cycle's cause",
                        "late duty cycles",
                        "errors",
                        "remarks",
                        "listener errors",
                        "applier failure index",
                        "segment rolls",
                        "catch-ups",
                        "journal bytes",
                        "journal alarms",
                        "disputed index");
        for (int number = 0; number < all.size(); number++) {
            assertThat(all.get(number).number()).isEqualTo(number);
        }
    }

    @Test
    void noRefusalIsLostThoughManyThreadsAreRefusedAtOnce() throws InterruptedException {
        int each = 50_000;
        CountDownLatch start = new CountDownLatch(1);
        List<Thread> submitters = Stream.generate(() -> new Thread(() -> {
                    await(start);
                    for (int i = 0; i < each; i++) {
                        counters.increment(EngineCounter.BACK_PRESSURED);
                    }
                }))
                .limit(4)
                .toList();
        submitters.forEach(Thread::start);
        start.countDown();
        for (Thread submitter : submitters) {
            submitter.join();
        }
        assertThat(counters.get(EngineCounter.BACK_PRESSURED)).isEqualTo(4L * each);
    }

    private static void await(CountDownLatch start) {
        try {
            start.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aCounterOfManyWritersIsNotSet() {
        assertThatThrownBy(() -> counters.set(EngineCounter.BACK_PRESSURED, 0)).isInstanceOf(Invariant.Violation.class);
    }
}
