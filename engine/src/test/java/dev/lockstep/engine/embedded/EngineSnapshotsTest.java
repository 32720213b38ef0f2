package dev.lockstep.engine.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.engine.Command;
import dev.lockstep.engine.Durability;
import dev.lockstep.engine.Engine;
import dev.lockstep.engine.EngineBuilder;
import dev.lockstep.engine.EngineStatus;
import dev.lockstep.engine.Reply;
import dev.lockstep.engine.Snapshot;
import dev.lockstep.engine.SnapshotOutput;
import dev.lockstep.engine.Threading;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A node that takes snapshots itself: nobody else could. */
@Timeout(120)
final class EngineSnapshotsTest {
    private static final int EVERY = 10_000;
    private static final int WINDOW = 512;
    private static final int SEGMENT_BYTES = 512 << 10;

    /** Says how much of it was done in this process. */
    private static class CountingAdder extends Adder {
        private final AtomicLong applied = new AtomicLong();
        volatile boolean isUnsavable;

        @Override
        public void apply(Command command, Reply reply) {
            applied.incrementAndGet();
            super.apply(command, reply);
        }

        @Override
        public void save(SnapshotOutput out) {
            if (isUnsavable) {
                throw new IllegalStateException("it cannot be saved now");
            }
            super.save(out);
        }
    }

    @TempDir
    private Path directory;

    private long submitted;

    private EngineBuilder builder(CountingAdder adder) {
        return Engine.builder()
                .directory(directory)
                .stateMachine(adder)
                .durability(Durability.APPENDED)
                .segmentBytes(SEGMENT_BYTES)
                .maxCommandBytes(1024)
                .snapshots(Snapshot.every(EVERY));
    }

    private void submit(OpenEngine open, int commands) {
        ArrayDeque<CompletableFuture<Reply>> underWay = new ArrayDeque<>();
        for (int i = 0; i < commands; i++) {
            underWay.add(open.engine.submit(Adder.number(++submitted)));
            if (underWay.size() == WINDOW) {
                underWay.remove().join();
            }
        }
        underWay.forEach(CompletableFuture::join);
    }

    private static EngineStatus await(OpenEngine open, Predicate<EngineStatus> condition) {
        EngineStatus status = open.engine.status();
        while (!condition.test(status)) {
            LockSupport.parkNanos(1_000_000);
            status = open.engine.status();
        }
        return status;
    }

    @ParameterizedTest
    @EnumSource
    void aRestartLoadsTheNewestSnapshotAndAppliesOnlyWhatCameBehindIt(Threading threading) {
        CountingAdder first = new CountingAdder();
        try (OpenEngine open = OpenEngine.start(builder(first), threading)) {
            for (long kept = 0; kept < 4; kept++) {
                long before = open.engine.status().snapshotIndex();
                submit(open, EVERY);
                await(open, status -> status.snapshotIndex() > before);
            }
            await(open, status -> status.baseIndex() > 0);
        }
        CountingAdder again = new CountingAdder();
        try (OpenEngine open = OpenEngine.start(builder(again), threading)) {
            submit(open, 1);
            EngineStatus status = open.engine.status();
            assertThat(status.baseIndex()).isPositive().isLessThan(status.snapshotIndex());
            assertThat(again.applied.get()).isLessThan(submitted / 2);
        }
        assertThat(again.count).isEqualTo(submitted);
        assertThat(again.total).isEqualTo(submitted * (submitted + 1) / 2);
    }

    @Test
    void aStateMachineThatCannotBeSavedIsToldOfAndServesOn() {
        CountingAdder adder = new CountingAdder();
        try (OpenEngine open = OpenEngine.start(builder(adder), Threading.COMPACT)) {
            submit(open, 1);
            adder.isUnsavable = true;
            submit(open, EVERY);
            EngineStatus status = await(open, now -> !now.errors().isEmpty());
            assertThat(status.errors().get(0))
                    .contains("no snapshot could be taken")
                    .contains("cannot be saved now");
            submit(open, 1);
            assertThat(open.engine.status().snapshotIndex()).isZero();
            assertThat(open.engine.status().failure()).isNull();
        }
    }
}
