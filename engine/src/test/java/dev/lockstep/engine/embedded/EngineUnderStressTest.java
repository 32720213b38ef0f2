package dev.lockstep.engine.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.engine.Durability;
import dev.lockstep.engine.Engine;
import dev.lockstep.engine.EngineBuilder;
import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.Outcome;
import dev.lockstep.engine.Reply;
import dev.lockstep.engine.Role;
import dev.lockstep.engine.Submitter;
import dev.lockstep.engine.Threading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an engine does when it is asked for too much, or a part of it gives way. */
@Timeout(300)
final class EngineUnderStressTest {
    private static final long APPLY_NS = 20_000_000;
    private static final int SOME = 200;
    private static final long PAUSE_NS = 100_000;
    private static final int MOST_ROUNDS = 30;
    private static final int SMALL_SEGMENT = 1 << 20;

    @TempDir
    Path directory;

    private static final class Flood implements Runnable {
        private final Engine engine;
        private final long endNs;
        private final UnsafeBuffer number = new UnsafeBuffer(Adder.number(1));
        private final AtomicLong applied = new AtomicLong();
        private final AtomicLong pushedBack = new AtomicLong();
        private final List<String> others = new ArrayList<>();

        private Flood(Engine engine, Duration time) {
            this.engine = engine;
            this.endNs = System.nanoTime() + time.toNanos();
        }

        @Override
        public void run() {
            try (Submitter submitter = engine.newSubmitter()) {
                while (System.nanoTime() - endNs < 0) {
                    long id = submitter.offer(number, 0, Long.BYTES);
                    if (id == Submitter.BACK_PRESSURED) {
                        pushedBack.incrementAndGet();
                        submitter.poll(this::onReply);
                    } else if (id < 0) {
                        others.add("offer said " + id);
                    }
                }
                while (submitter.pending() > 0) {
                    submitter.poll(this::onReply);
                }
            }
        }

        private void onReply(long id, Reply reply) {
            if (reply.outcome() == Outcome.APPLIED) {
                applied.incrementAndGet();
            } else {
                others.add(id + " is " + reply.outcome());
            }
        }
    }

    /** @return commands a second */
    private static double flood(Engine engine, int threads, Duration time) throws InterruptedException {
        List<Flood> floods = new ArrayList<>();
        List<Thread> running = new ArrayList<>();
        long beginNs = System.nanoTime();
        for (int i = 0; i < threads; i++) {
            Flood flood = new Flood(engine, time);
            floods.add(flood);
            running.add(new Thread(flood, "flood " + i));
        }
        running.forEach(Thread::start);
        for (Thread each : running) {
            each.join();
        }
        long applied = floods.stream().mapToLong(each -> each.applied.get()).sum();
        assertThat(floods).allMatch(each -> each.others.isEmpty());
        assertThat(floods).allMatch(each -> each.pushedBack.get() > 0);
        return applied * 1e9 / (System.nanoTime() - beginNs);
    }

    private static long usedHeap() {
        Runtime runtime = Runtime.getRuntime();
        runtime.gc();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /** How long: {@code -Dlockstep.overload.seconds}. */
    @Test
    void overloadMeetsBackPressureAloneGrowsNothingAndLeavesFullSpeed() throws InterruptedException {
        Duration time = Duration.ofSeconds(Long.getLong("lockstep.overload.seconds", 10));
        Adder adder = new Adder();
        Engine engine = Engine.builder()
                .directory(directory)
                .stateMachine(adder)
                .durability(Durability.APPENDED)
                .start();
        try (engine) {
            engine.submit(Adder.number(0)).join();
            flood(engine, 1, Duration.ofSeconds(2));
            double before = flood(engine, 1, Duration.ofSeconds(2));
            long heapBefore = usedHeap();
            double during = flood(engine, 4, time);
            long grown = usedHeap() - heapBefore;
            assertThat(grown).as("bytes of heap").isLessThan(8L << 20);
            assertThat(during).as("a second, by four").isGreaterThan(before / 8);
            double after = 0;
            for (int round = 0; round < MOST_ROUNDS && after < before / 2; round++) {
                after = flood(engine, 1, Duration.ofSeconds(1));
            }
            assertThat(after).as("a second, afterwards; it was %s", before).isGreaterThan(before / 2);
            assertThat(engine.status().failure()).isNull();
            assertThat(engine.status().counters().get("back-pressured offers")).isPositive();
            assertThat(adder.total).isEqualTo(adder.count - 1);
        }
    }

    /** @return how long some commands took that were submitted one after another */
    private static long takenBySome(Engine engine) {
        long beginNs = System.nanoTime();
        UnsafeBuffer number = new UnsafeBuffer(Adder.number(1));
        try (Submitter submitter = engine.newSubmitter()) {
            for (int i = 0; i < SOME; i++) {
                while (submitter.offer(number, 0, Long.BYTES) < 0) {
                    LockSupport.parkNanos(PAUSE_NS);
                }
                while (submitter.pending() > 0) {
                    submitter.poll((id, reply) -> assertThat(reply.outcome()).isEqualTo(Outcome.APPLIED));
                }
            }
        }
        return System.nanoTime() - beginNs;
    }

    @Test
    void aStandbyWhoseApplierIsSlowHoldsUpNobody() {
        try (EngineTrio trio = new EngineTrio(directory).startAll()) {
            Engine primary = trio.primary();
            long term = primary.status().term();
            long before = takenBySome(primary);
            String slow = trio.standby();
            trio.state(slow).applyNs = APPLY_NS;
            long during = takenBySome(primary);
            assertThat(during)
                    .as("ns for %d commands; it was %,d before", SOME, before)
                    .isLessThan(Math.max(SOME * APPLY_NS / 2, 4 * before));
            long lag =
                    primary.status().appliedIndex() - trio.engine(slow).status().appliedIndex();
            assertThat(lag).as("how far the slow one is behind").isGreaterThan(SOME / 4);
            assertThat(primary.status().term()).isEqualTo(term);
            assertThat(primary.status().role()).isEqualTo(Role.PRIMARY);
            trio.state(slow).applyNs = 0;
            trio.awaitAgreement();
        }
    }

    /** Its directory is taken away: it cannot go on in another segment. Nothing is told as done that is not. */
    @Test
    void aJournalThatFailsStopsTheNodeAndWhoeverWaitsHearsOfIt() throws IOException {
        for (Threading threading : Threading.values()) {
            Path home = directory.resolve(threading.name());
            Adder state = new Adder();
            EngineBuilder builder = Engine.builder()
                    .directory(home)
                    .stateMachine(state)
                    .durability(Durability.APPENDED)
                    .segmentBytes(SMALL_SEGMENT)
                    .submitTimeout(Duration.ofSeconds(10));
            try (OpenEngine open = OpenEngine.start(builder, threading)) {
                Engine engine = open.engine;
                engine.submit(Adder.number(1)).join();
                Files.move(home.resolve("journal"), home.resolve("taken"));
                List<CompletableFuture<Reply>> futures = new ArrayList<>();
                long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
                while (engine.status().role() != Role.CLOSED && System.nanoTime() - deadlineNs < 0) {
                    CompletableFuture<Reply> future = engine.submit(Adder.number(1));
                    if (future.isCompletedExceptionally()) {
                        LockSupport.parkNanos(PAUSE_NS); // too many wait; it must go on until there is no room
                    } else {
                        futures.add(future);
                    }
                }
                assertThat(engine.status().failure()).as("why it has stopped").isNotNull();
                assertThat(engine.status().errors()).isNotEmpty();
                long applied = 0;
                for (CompletableFuture<Reply> each : futures) {
                    Throwable thrown = each.orTimeout(20, TimeUnit.SECONDS)
                            .handle((reply, failure) -> failure)
                            .join();
                    if (thrown == null) {
                        applied++;
                    } else {
                        assertThat(thrown).isInstanceOf(EngineException.class);
                    }
                }
                assertThat(applied).isLessThanOrEqualTo(state.count);
                assertThatThrownBy(() -> engine.submit(Adder.number(1)).join())
                        .hasCauseInstanceOf(EngineException.Closed.class);
            }
        }
    }
}
