package dev.lockstep.engine.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.Durability;
import dev.lockstep.engine.Engine;
import dev.lockstep.engine.EngineBuilder;
import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.Reply;
import dev.lockstep.engine.Snapshot;
import dev.lockstep.engine.Threading;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nodes whose journals may take so much of the disk. What has no journal yet takes nothing. */
@Timeout(240)
final class BoundedJournalTest {
    private static final int SEGMENT_BYTES = 512 << 10;
    private static final long MAX_BYTES = 40L * SEGMENT_BYTES;
    private static final int COMMAND_BYTES = 1000;
    private static final int WINDOW = 256;
    /** In commands: several times what the bound holds. */
    private static final int LOAD = 60_000;

    private static final int PATIENCE_S = 30;

    @TempDir
    private Path directory;

    private EngineTrio trio;
    private long most;

    @AfterEach
    void close() {
        if (trio != null) {
            trio.close();
        }
    }

    private static void bounded(EngineBuilder builder) {
        builder.segmentBytes(SEGMENT_BYTES).maxCommandBytes(1024).maxJournalBytes(MAX_BYTES);
    }

    private EngineBuilder single() {
        EngineBuilder builder = Engine.builder()
                .directory(directory.resolve("a"))
                .stateMachine(new Adder())
                .durability(Durability.APPENDED);
        bounded(builder);
        return builder;
    }

    private void look(String... nodes) {
        for (String each : nodes) {
            most = Math.max(most, DirectoryBytes.of(directory.resolve(each).resolve("journal")));
        }
    }

    private void load(Engine engine, int commands, String... nodes) {
        ArrayDeque<CompletableFuture<Reply>> underWay = new ArrayDeque<>();
        for (int i = 0; i < commands; i++) {
            underWay.add(engine.submit(new byte[COMMAND_BYTES]));
            if (underWay.size() == WINDOW) {
                await(engine, underWay.remove());
                if (i % 50 == 0) {
                    look(nodes);
                }
            }
        }
        underWay.forEach(each -> await(engine, each));
    }

    private void await(Engine engine, CompletableFuture<Reply> command) {
        try {
            command.get(PATIENCE_S, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError(
                    "in vain: "
                            + (trio == null
                                    ? engine.status()
                                    : trio.running().stream()
                                            .map(Engine::status)
                                            .toList()),
                    e);
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    private static long alarms(Engine engine) {
        return engine.status().counters().get("journal alarms");
    }

    private static void assertIsNotMet(Engine engine) {
        assertThat(engine.status().errors()).noneMatch(each -> each.contains("all that it may"));
    }

    @Test
    void underLoadTheBoundIsNeverMetAndNothingWaitsForIt() {
        try (OpenEngine open = OpenEngine.start(single(), Threading.COMPACT)) {
            load(open.engine, LOAD, "a");
            assertThat(most).isPositive().isLessThanOrEqualTo(MAX_BYTES);
            assertIsNotMet(open.engine);
            assertThat(open.engine.status().counters().get("journal bytes")).isPositive();
            assertThat(open.engine.status().baseIndex()).isPositive();
        }
    }

    @Test
    void inAClusterItIsMetByNobodyWhoKeepsUp() {
        trio = new EngineTrio(directory).with(BoundedJournalTest::bounded).startAll();
        load(trio.primary(), LOAD, "a", "b", "c");
        assertThat(most).isPositive().isLessThanOrEqualTo(MAX_BYTES);
        trio.running().forEach(BoundedJournalTest::assertIsNotMet);
        trio.awaitAgreement();
    }

    @Test
    void whereNoSnapshotIsTakenItIsToldAndThenMetAsAFullDiskIs() {
        EngineBuilder never = single().snapshots(Snapshot.never()).submitTimeout(Duration.ofMillis(300));
        long refusedAt;
        try (OpenEngine open = OpenEngine.start(never, Threading.COMPACT)) {
            Throwable refused = submitUntilRefused(open.engine);
            assertThat(refused)
                    .isInstanceOf(EngineException.BackPressured.class)
                    .hasMessageContaining("the journal has no room");
            assertThat(open.engine.status().errors())
                    .anyMatch(each -> each.contains("the journal takes all that it may"))
                    .anyMatch(each -> each.contains("more than") && each.contains("maxJournalBytes"));
            assertThat(open.engine.status().failure()).isNull();
            refusedAt = open.engine.status().appliedIndex();
            assertThat(most).isLessThanOrEqualTo(MAX_BYTES);
        }
        EngineBuilder larger = single().maxJournalBytes(2 * MAX_BYTES);
        try (OpenEngine open = OpenEngine.start(larger, Threading.COMPACT)) {
            load(open.engine, LOAD / 4, "a");
            assertThat(open.engine.status().appliedIndex()).isGreaterThan(refusedAt);
            assertThat(open.engine.status().baseIndex()).isPositive();
        }
    }

    /** The log is cut behind the older of two. */
    @Test
    void whereItIsMetTwoSnapshotsWithCommandsInBetweenMakeRoom() throws Exception {
        EngineBuilder never = single().snapshots(Snapshot.never()).submitTimeout(Duration.ofSeconds(2));
        try (OpenEngine open = OpenEngine.start(never, Threading.COMPACT)) {
            submitUntilRefused(open.engine);
            long first = open.engine.snapshot().join().index();
            assertThat(open.engine.status().baseIndex()).isZero();
            while (open.engine.status().appliedIndex() <= first) {
                open.engine
                        .submit(new byte[COMMAND_BYTES])
                        .handle((reply, full) -> reply)
                        .join();
            }
            open.engine.snapshot().join();
            load(open.engine, WINDOW, "a");
            assertThat(open.engine.status().baseIndex()).isPositive();
        }
    }

    /** What was taken waits for room; what was not is refused. */
    private Throwable submitUntilRefused(Engine engine) {
        AtomicReference<Throwable> refused = new AtomicReference<>();
        List<CompletableFuture<Reply>> told = new ArrayList<>();
        for (int i = 0; alarms(engine) < 2 || refused.get() == null; i++) {
            if (i % WINDOW == 0) {
                refused.set(null); // of what came too fast for another reason
                look("a");
                LockSupport.parkNanos(20_000_000);
            }
            told.add(engine.submit(new byte[COMMAND_BYTES])
                    .whenComplete((reply, thrown) -> refused.compareAndSet(null, thrown)));
        }
        assertThat(told).as("what fits was taken").anyMatch(each -> each.isDone() && !each.isCompletedExceptionally());
        return refused.get();
    }

    /** What a snapshot of a peer needs to make room is kept for it. The others do not wait for it. */
    @Test
    void aStandbyThatHasMetItFallsBehindAndIsBroughtASnapshot() {
        trio = new EngineTrio(directory)
                .with(builder -> builder.segmentBytes(SEGMENT_BYTES)
                        .maxCommandBytes(1024)
                        .snapshots(Snapshot.everyBytes(2 << 20)))
                .startAll();
        trio.add(1);
        String bounded = trio.standby();
        trio.close(bounded);
        trio.with(builder -> {
            bounded(builder);
            builder.snapshots(Snapshot.never());
        });
        Engine tight = trio.start(bounded, new Adder());
        while (tight.status().baseIndex() == 0) {
            load(trio.primary(), LOAD / 10, bounded);
        }
        assertThat(alarms(tight)).isPositive();
        assertThat(most).isPositive().isLessThanOrEqualTo(MAX_BYTES);
        trio.close(bounded);
        trio.with(builder -> builder.segmentBytes(SEGMENT_BYTES).maxCommandBytes(1024));
        trio.start(bounded, new Adder());
        trio.awaitAgreement();
    }
}
