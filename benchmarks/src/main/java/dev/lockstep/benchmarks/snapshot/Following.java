package dev.lockstep.benchmarks.snapshot;

import dev.lockstep.benchmarks.Effort;
import dev.lockstep.benchmarks.Latencies;
import dev.lockstep.benchmarks.Measurement;
import dev.lockstep.benchmarks.Results;
import dev.lockstep.benchmarks.engine.Application;
import dev.lockstep.benchmarks.engine.FullLoad;
import dev.lockstep.benchmarks.engine.NumberCheck;
import dev.lockstep.benchmarks.engine.NumberedCommand;
import dev.lockstep.benchmarks.engine.PacedLoad;
import dev.lockstep.benchmarks.engine.RunningEngine;
import dev.lockstep.benchmarks.engine.Tally;
import dev.lockstep.engine.Durability;
import dev.lockstep.engine.Engine;
import dev.lockstep.engine.Follower;
import dev.lockstep.engine.Snapshot;
import dev.lockstep.engine.Threading;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.BusySpinIdleStrategy;

/**
 * How fast the log of a node that is alone can be followed, and what it does to the node's commits when somebody follows
 * them, or reads the whole log again and again.
 */
final class Following implements Measurement {
    private static final int PER_SECOND = 20_000;
    private static final int BATCH = 4096;
    private static final int PASSES = 3;
    private static final long PAUSE_NS = TimeUnit.MICROSECONDS.toNanos(50);
    private static final double NS_PER_S = TimeUnit.SECONDS.toNanos(1);

    @Override
    public void run(Path directory, Effort effort, Results results) {
        try (RunningEngine engine = RunningEngine.start(
                Engine.builder()
                        .directory(directory)
                        .stateMachine(new Tally())
                        .durability(Durability.APPENDED)
                        .snapshots(Snapshot.never())
                        .maxReplyBytes(64)
                        .window(1 << 14),
                Threading.CALLER)) {
            engine.awaitPrimary();
            try (Application application = new Application(engine, BusySpinIdleStrategy.INSTANCE)) {
                FullLoad.answer(application, effort.of(3_000_000, 8_000_000));
                for (int pass = 0; pass < PASSES; pass++) {
                    results.add("follow.per.s", follow(engine, application.answered()));
                }
                effect(engine, application, effort, results);
            }
        }
    }

    /** @return how many commands in a second, from the first one to the last that is there */
    private static double follow(RunningEngine engine, long commands) {
        NumberCheck numbers = new NumberCheck("a command is told out of its turn");
        long beganNs = System.nanoTime();
        try (Follower follower =
                engine.engine().follow(1, command -> numbers.take(NumberedCommand.numberAt(command.payload(), 0)))) {
            while (numbers.last() < commands) {
                follower.poll(BATCH);
            }
        }
        return commands * NS_PER_S / (System.nanoTime() - beganNs);
    }

    private static void effect(RunningEngine engine, Application application, Effort effort, Results results) {
        PacedLoad load = new PacedLoad(application, PER_SECOND);
        Latencies latencies = new Latencies();
        int seconds = effort.of(4, 10);
        load.run(2, latencies);
        latencies.forget();
        load.run(seconds, latencies);
        latencies.reportUs("follow.none.commit", results);
        AtomicBoolean isOver = new AtomicBoolean();
        beside(() -> tail(engine, isOver), isOver, () -> load.run(seconds, latencies), latencies);
        latencies.reportUs("follow.commit", results);
        AtomicBoolean isReadOut = new AtomicBoolean();
        beside(
                () -> readAgainAndAgain(engine, application, isReadOut),
                isReadOut,
                () -> load.run(seconds, latencies),
                latencies);
        latencies.reportUs("follow.all.commit", results);
    }

    /** As a feed does: each command soon after it is committed. */
    private static void tail(RunningEngine engine, AtomicBoolean isOver) {
        NumberCheck numbers = new NumberCheck("a command is told out of its turn");
        long from = engine.engine().status().committedIndex() + 1;
        try (Follower follower = engine.engine().follow(from, command -> {
            long number = NumberedCommand.numberAt(command.payload(), 0);
            if (numbers.last() == 0) {
                numbers.resume(number - 1);
            }
            numbers.take(number);
        })) {
            while (!isOver.get()) {
                if (follower.poll(BATCH) == 0) {
                    LockSupport.parkNanos(PAUSE_NS);
                }
            }
        }
    }

    /** As somebody does who begins anew all the time: as much as a processor reads. */
    private static void readAgainAndAgain(RunningEngine engine, Application application, AtomicBoolean isOver) {
        while (!isOver.get()) {
            follow(engine, application.answered());
        }
    }

    private static void beside(Runnable other, AtomicBoolean isOver, Runnable measured, Latencies latencies) {
        latencies.forget();
        Thread thread = new Thread(other, "follower");
        thread.start();
        try {
            measured.run();
        } finally {
            isOver.set(true);
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the follower ended", e);
        }
    }
}
