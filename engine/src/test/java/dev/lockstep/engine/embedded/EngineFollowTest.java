package dev.lockstep.engine.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.engine.Ack;
import dev.lockstep.engine.Durability;
import dev.lockstep.engine.Engine;
import dev.lockstep.engine.EngineBuilder;
import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.FollowListener;
import dev.lockstep.engine.Follower;
import dev.lockstep.engine.Reply;
import dev.lockstep.engine.Role;
import dev.lockstep.engine.Snapshot;
import dev.lockstep.engine.Submitter;
import dev.lockstep.engine.Threading;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The committed log of an engine that runs, as a stream. */
@Timeout(120)
final class EngineFollowTest {
    private static final int COMMANDS = 20_000;
    private static final int WINDOW = 512;

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

    private static void submit(Engine engine, int commands) {
        ArrayDeque<CompletableFuture<Reply>> underWay = new ArrayDeque<>();
        for (int i = 0; i < commands; i++) {
            underWay.add(engine.submit(Adder.number(i % 10 == 9 ? -1 : i + 1)));
            if (underWay.size() == WINDOW) {
                underWay.remove().join();
            }
        }
        underWay.forEach(CompletableFuture::join);
    }

    /** Some of them expect an index that is long gone. */
    private static void submitOutdated(Engine engine, int commands) {
        try (Submitter submitter = engine.newSubmitter()) {
            UnsafeBuffer number = new UnsafeBuffer(Adder.number(1));
            for (int i = 0; i < commands; i++) {
                while (submitter.offer(number, 0, Long.BYTES, Ack.QUORUM_APPENDED, i % 3 == 0 ? 1 : -1) < 0) {
                    submitter.poll((id, reply) -> {});
                }
            }
            while (submitter.pending() > 0) {
                submitter.poll((id, reply) -> {});
            }
        }
    }

    private static List<String> toldUntil(Engine engine, long fromIndex, int count) {
        List<String> told = new ArrayList<>();
        try (Follower follower = engine.follow(fromIndex, command -> told.add(FollowedAdder.describe(command)))) {
            while (told.size() < count) {
                follower.poll(100);
            }
        }
        return told;
    }

    @ParameterizedTest
    @EnumSource
    void itHearsWhileTheEngineWorksWhatTheStateMachineIsGiven(Threading threading) throws InterruptedException {
        FollowedAdder adder = new FollowedAdder();
        List<String> told = new ArrayList<>();
        CountDownLatch over = new CountDownLatch(1);
        try (OpenEngine open = OpenEngine.start(builder(adder), threading).awaitPrimary()) {
            Thread thread = new Thread(() -> {
                try (Follower follower = open.engine.follow(1, command -> told.add(FollowedAdder.describe(command)))) {
                    while (over.getCount() > 0 || told.size() < adder.given().size()) {
                        if (follower.poll(50) == 0) {
                            Thread.onSpinWait();
                        }
                    }
                }
            });
            thread.start();
            submit(open.engine, COMMANDS);
            submitOutdated(open.engine, 3_000);
            over.countDown();
            thread.join();
            assertThat(told).hasSize(COMMANDS + 2_000).isEqualTo(adder.given());
            assertThat(open.engine.status().failure()).isNull();
        }
    }

    @Test
    void theThreadThatDoesTheWorkMayFollowItself() {
        FollowedAdder adder = new FollowedAdder();
        try (Engine engine = builder(adder).threading(Threading.CALLER).start()) {
            while (engine.status().role() != Role.PRIMARY) {
                engine.poll();
            }
            List<String> told = new ArrayList<>();
            Follower follower = engine.follow(1, command -> told.add(FollowedAdder.describe(command)));
            Submitter submitter = engine.newSubmitter();
            UnsafeBuffer number = new UnsafeBuffer(Adder.number(3));
            for (int offered = 0; told.size() < 1_000; ) {
                if (offered < 1_000 && submitter.offer(number, 0, Long.BYTES) > 0) {
                    offered++;
                }
                engine.poll();
                submitter.poll((id, reply) -> {});
                follower.poll(10);
            }
            assertThat(told).isEqualTo(adder.given());
        }
    }

    @ParameterizedTest
    @EnumSource
    void itGoesOnAfterARestartAndHearsTheSameAgainFromTheBeginning(Threading threading) throws InterruptedException {
        FollowedAdder adder = new FollowedAdder();
        List<String> told;
        long next;
        try (OpenEngine open = OpenEngine.start(builder(adder).snapshots(Snapshot.every(2_000)), threading)
                .awaitPrimary()) {
            submitOutdated(open.engine, 9_000);
            while (open.engine.status().snapshotIndex() == 0) {
                LockSupport.parkNanos(1_000_000);
            }
            told = new ArrayList<>();
            try (Follower follower = open.engine.follow(1, command -> told.add(FollowedAdder.describe(command)))) {
                while (told.size() < 1_234) {
                    follower.poll(1_234 - told.size());
                }
                next = follower.nextIndex();
            }
        }
        List<String> given = adder.given();
        FollowedAdder again = new FollowedAdder();
        try (OpenEngine open = OpenEngine.start(builder(again), threading).awaitPrimary()) {
            told.addAll(toldUntil(open.engine, next, given.size() - told.size()));
            assertThat(told).isEqualTo(given);
            assertThat(toldUntil(open.engine, 1, given.size())).isEqualTo(given);
            assertThat(again.given().size()).as("the rest came in a snapshot").isLessThan(given.size());
        }
    }

    @Test
    void whatWasCutOffBehindSnapshotsIsRefusedAndTheRestIsFollowed() throws InterruptedException {
        FollowedAdder adder = new FollowedAdder();
        try (OpenEngine open = OpenEngine.start(builder(adder).snapshots(Snapshot.every(5_000)), Threading.COMPACT)
                .awaitPrimary()) {
            List<String> slow = new ArrayList<>();
            Follower follower = open.engine.follow(1, command -> slow.add(FollowedAdder.describe(command)));
            while (open.engine.status().baseIndex() == 0) {
                submit(open.engine, 5_000);
                follower.poll(10);
            }
            AtomicReference<Long> first = new AtomicReference<>();
            assertThatThrownBy(() -> open.engine.follow(1, command -> {}))
                    .isInstanceOfSatisfying(EngineException.Compacted.class, e -> first.set(e.firstIndex()));
            List<String> given = adder.given();
            List<String> rest = given.stream()
                    .filter(each -> Long.parseLong(each.substring(0, each.indexOf(' '))) >= first.get())
                    .toList();
            assertThat(toldUntil(open.engine, first.get(), rest.size())).isEqualTo(rest);
            try {
                while (slow.size() < given.size()) {
                    follower.poll(100);
                }
            } catch (EngineException.Compacted e) {
                assertThat(e.firstIndex()).isGreaterThanOrEqualTo(first.get());
            }
            assertThat(slow).as("without a gap as far as it came").isEqualTo(given.subList(0, slow.size()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCloseWaitsForThePollThatIsUnderWayAndNobodyReadsAfterwards(Threading threading) throws Exception {
        for (int round = 0; round < 5; round++) {
            OpenEngine open = OpenEngine.start(builder(new Adder()), threading).awaitPrimary();
            submit(open.engine, 2_000);
            List<Thread> threads = new ArrayList<>();
            List<Throwable> ends = new ArrayList<>();
            CountDownLatch begun = new CountDownLatch(4);
            for (int i = 0; i < 4; i++) {
                int at = i;
                Thread thread = new Thread(() -> followOverAndOver(open.engine, at, begun, ends));
                threads.add(thread);
                thread.start();
            }
            begun.await();
            open.close();
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(ends).hasSize(4).allMatch(each -> each instanceof EngineException.Closed);
            assertThat(open.engine.status().failure()).isNull();
        }
    }

    private static void followOverAndOver(Engine engine, int polled, CountDownLatch begun, List<Throwable> ends) {
        long[] sum = new long[1];
        FollowListener listener = command -> sum[0] += command.payload().getByte(0);
        try {
            while (true) {
                Follower follower = engine.follow(1, listener);
                while (follower.poll(1 + 100 * polled) > 0) {
                    sum[0]++;
                }
                begun.countDown();
                follower.close();
            }
        } catch (EngineException e) {
            synchronized (ends) {
                ends.add(e);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aListenerMayCloseTheEngine(Threading threading) throws InterruptedException {
        OpenEngine open = OpenEngine.start(builder(new Adder()), threading).awaitPrimary();
        submit(open.engine, 10);
        List<Long> told = new ArrayList<>();
        Follower follower = open.engine.follow(1, command -> {
            told.add(command.index());
            open.engine.close();
        });
        follower.poll(10);
        assertThat(told).as("nobody waits for it there").isNotEmpty();
        open.close();
        open.engine.close();
        assertThat(open.engine.status().role()).isEqualTo(Role.CLOSED);
        assertThatThrownBy(() -> follower.poll(1)).isInstanceOf(EngineException.Closed.class);
        assertThatThrownBy(() -> open.engine.follow(1, command -> {})).isInstanceOf(EngineException.Closed.class);
        follower.close();
    }

    @Test
    void anEngineThatFailsSaysWhyToWhoeverFollows() throws InterruptedException {
        Adder failing = new Adder().withPoison(99);
        failing.thrown = new StackOverflowError("a state machine that goes too deep");
        try (OpenEngine open =
                OpenEngine.start(builder(failing), Threading.COMPACT).awaitPrimary()) {
            submit(open.engine, 10);
            Follower follower = open.engine.follow(1, command -> {});
            open.engine.submit(Adder.number(99)).exceptionally(thrown -> null).join();
            assertThatThrownBy(() -> {
                        while (true) {
                            follower.poll(100);
                        }
                    })
                    .isInstanceOf(EngineException.Closed.class)
                    .hasCauseInstanceOf(StackOverflowError.class);
        }
    }

    /** It stands before what this node could not apply; the node itself goes on. */
    @Test
    void whatThisNodeCannotApplyIsNotToldHere() throws InterruptedException {
        FollowedAdder adder = new FollowedAdder();
        adder.withPoison(99);
        try (OpenEngine open =
                OpenEngine.start(builder(adder), Threading.COMPACT).awaitPrimary()) {
            submit(open.engine, 10);
            open.engine.submit(Adder.number(99)).exceptionally(thrown -> null).join();
            assertThat(toldUntil(open.engine, 1, 10)).isEqualTo(adder.given().subList(0, 10));
            long failedAt = open.engine.status().applierFailureIndex();
            try (Follower follower = open.engine.follow(failedAt, command -> {})) {
                assertThat(follower.poll(1)).isZero();
                open.engine.skip(failedAt, "nobody can add it").join();
                while (!open.engine.status().isOpen()) {
                    Thread.onSpinWait();
                }
                submit(open.engine, 1);
                while (follower.poll(1) == 0) {
                    Thread.onSpinWait();
                }
                assertThat(follower.nextIndex()).isGreaterThan(failedAt + 1);
            }
        }
    }
}
