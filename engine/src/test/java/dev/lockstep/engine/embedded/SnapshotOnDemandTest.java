package dev.lockstep.engine.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.engine.Command;
import dev.lockstep.engine.Durability;
import dev.lockstep.engine.Engine;
import dev.lockstep.engine.EngineBuilder;
import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.Position;
import dev.lockstep.engine.Reply;
import dev.lockstep.engine.Snapshot;
import dev.lockstep.engine.SnapshotOutput;
import dev.lockstep.engine.Threading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Snapshots that somebody asks for, on a node that is alone: it is the primary itself. */
@Timeout(120)
final class SnapshotOnDemandTest {
    @TempDir
    private Path directory;

    private EngineBuilder builder(Adder adder) {
        return Engine.builder()
                .directory(directory)
                .stateMachine(adder)
                .durability(Durability.APPENDED)
                .segmentBytes(512 << 10)
                .maxCommandBytes(1024)
                .snapshots(Snapshot.never());
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static void add(OpenEngine open, int commands) {
        for (int i = 1; i <= commands; i++) {
            open.engine.submit(Adder.number(i)).join();
        }
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.list(directory.resolve("snapshots"))) {
            return all.map(each -> each.getFileName().toString()).toList();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aNodeTakesOneOfWhatItHasAppliedAndBeginsThereWhenItStartsAgain(Threading threading) {
        Position position;
        try (OpenEngine open = OpenEngine.start(builder(new Adder()), threading)) {
            add(open, 20);
            long applied = open.engine.status().appliedIndex();
            position = open.engine.snapshot().join();
            assertThat(position.index()).isGreaterThanOrEqualTo(applied);
            assertThat(open.engine.status().snapshotIndex()).isEqualTo(position.index());
            assertThat(position.epoch()).isEqualTo(open.engine.status().epoch());
            add(open, 1);
        }
        AtomicInteger applied = new AtomicInteger();
        Adder again = new Adder() {
            @Override
            public void apply(Command command, Reply reply) {
                applied.incrementAndGet();
                super.apply(command, reply);
            }
        };
        try (OpenEngine open = OpenEngine.start(builder(again), threading)) {
            add(open, 1);
            assertThat(open.engine.status().snapshotIndex()).isEqualTo(position.index());
        }
        assertThat(again.count).isEqualTo(22);
        assertThat(applied).hasValue(2);
    }

    @Test
    void whereOneOfAllThatWasAppliedIsKeptItIsTheAnswer() {
        AtomicInteger saved = new AtomicInteger();
        Adder adder = new Adder() {
            @Override
            public void save(SnapshotOutput out) {
                saved.incrementAndGet();
                super.save(out);
            }
        };
        try (OpenEngine open = OpenEngine.start(builder(adder), Threading.COMPACT)) {
            add(open, 3);
            Position first = open.engine.snapshot().join();
            int before = saved.get();
            assertThat(open.engine.snapshot().join()).isEqualTo(first);
            assertThat(saved).hasValue(before);
            add(open, 1);
            assertThat(open.engine.snapshot().join().index()).isGreaterThan(first.index());
        }
    }

    /** Those who ask while one is being taken want what was applied since, and share the next one. */
    @Test
    void manyWhoAskAtOnceAreAllAnsweredWithWhatTheyHaveSeenApplied() {
        try (OpenEngine open = OpenEngine.start(builder(new Adder()), Threading.COMPACT)) {
            for (int round = 0; round < 20; round++) {
                add(open, 1);
                long applied = open.engine.status().appliedIndex();
                List<CompletableFuture<Position>> asked =
                        Stream.generate(open.engine::snapshot).limit(5).toList();
                for (CompletableFuture<Position> each : asked) {
                    assertThat(each.join().index()).isGreaterThanOrEqualTo(applied);
                }
            }
        }
    }

    @Test
    void aStateMachineThatCannotBeSavedIsWhatWhoeverAskedIsTold() {
        AtomicInteger toThrow = new AtomicInteger();
        Adder adder = new Adder() {
            @Override
            public void save(SnapshotOutput out) {
                if (toThrow.getAndDecrement() == 1) {
                    throw new IllegalStateException("a hash set has lost its order");
                }
                super.save(out);
            }
        };
        try (OpenEngine open = OpenEngine.start(builder(adder), Threading.COMPACT)) {
            add(open, 1);
            toThrow.set(1);
            assertThatThrownBy(() -> open.engine.snapshot().join())
                    .cause()
                    .isInstanceOf(EngineException.SnapshotFailed.class)
                    .hasMessageContaining("no snapshot could be taken")
                    .hasMessageContaining("a hash set has lost its order");
            assertThat(open.engine.snapshot().join().index())
                    .as("it is not held against the next one")
                    .isPositive();
        }
    }

    @Test
    void anApplierThatHasStoppedTakesNone() {
        try (OpenEngine open = OpenEngine.start(builder(new Adder().withPoison(3)), Threading.COMPACT)) {
            add(open, 2);
            CompletableFuture<Reply> poisoned = open.engine.submit(Adder.number(3));
            await(() -> open.engine.status().applierFailure() != null);
            assertThatThrownBy(poisoned::join).hasCauseInstanceOf(EngineException.OutcomeUnknown.class);
            assertThatThrownBy(() -> open.engine.snapshot().join())
                    .cause()
                    .isInstanceOf(EngineException.SnapshotFailed.class)
                    .hasMessageContaining("has thrown at index");
            assertThat(open.engine.status().snapshotIndex()).isZero();
        }
    }

    @Test
    void aNodeThatNobodyHasTakenInSaysThatItHasNothing() {
        EngineBuilder lonely = builder(new Adder())
                .node("a")
                .members("a=127.0.0.1:" + EngineTrio.freePort() + ",b=127.0.0.1:" + EngineTrio.freePort())
                .submitTimeout(Duration.ofMillis(200));
        try (OpenEngine open = OpenEngine.start(lonely, Threading.COMPACT)) {
            assertThatThrownBy(() -> open.engine.snapshot().join())
                    .cause()
                    .isInstanceOf(EngineException.SnapshotFailed.class)
                    .hasMessageContaining("nothing was applied here yet");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCloseDoesNotWaitForAStateToBeSaved(Threading threading) throws IOException {
        SlowSaver slow = new SlowSaver();
        CompletableFuture<Position> asked;
        try (OpenEngine open = OpenEngine.start(builder(slow), threading)) {
            add(open, 10);
            slow.isSlow = true;
            asked = open.engine.snapshot();
            await(() -> slow.begun.get() > 0);
        }
        assertThatThrownBy(asked::join).cause().isInstanceOf(EngineException.Closed.class);
        assertThat(slow.givenUp).hasValue(1);
        assertThat(files()).as("nothing of it is left").isEmpty();
        assertThatThrownBy(() -> {
                    try (OpenEngine closed = OpenEngine.start(builder(new SlowSaver()), threading)) {
                        closed.engine.close();
                        closed.engine.snapshot().join();
                    }
                })
                .cause()
                .isInstanceOf(EngineException.Closed.class);
        SlowSaver again = new SlowSaver();
        try (OpenEngine open = OpenEngine.start(builder(again), threading)) {
            add(open, 1);
        }
        assertThat(again.count).isEqualTo(11);
    }
}
