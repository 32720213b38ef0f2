package dev.lockstep.benchmarks.snapshot;

import dev.lockstep.benchmarks.Effort;
import dev.lockstep.benchmarks.Measurement;
import dev.lockstep.benchmarks.Results;
import dev.lockstep.benchmarks.engine.RunningEngine;
import dev.lockstep.engine.Durability;
import dev.lockstep.engine.Engine;
import dev.lockstep.engine.Snapshot;
import dev.lockstep.engine.Threading;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * What timers cost with a million of them pending: to schedule one, to have one fire, and how late it fires in a cluster that
 * does nothing else.
 */
final class TimersAtWork implements Measurement {
    private static final int PENDING = 1_000_000;
    private static final int AT_ONCE = 1_000;
    private static final int MEASURED = 400;
    private static final long SOON_NS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long SPREAD_NS = TimeUnit.SECONDS.toNanos(2);
    private static final long HOUR_NS = TimeUnit.HOURS.toNanos(1);
    private static final long PAUSE_NS = 100_000;

    @Override
    public void run(Path directory, Effort effort, Results results) {
        Clockwork clockwork = new Clockwork();
        try (RunningEngine engine = RunningEngine.start(
                Engine.builder()
                        .directory(directory)
                        .stateMachine(clockwork)
                        .durability(Durability.APPENDED)
                        .snapshots(Snapshot.never()),
                Threading.COMPACT)) {
            engine.awaitPrimary();
            fill(engine, HOUR_NS, HOUR_NS); // warms the code up; they stay
            for (int round = 0; round < effort.of(1, 5); round++) {
                lateness(engine, clockwork, results);
                firing(engine, clockwork, results);
            }
        }
    }

    /** @return how long it took to schedule one of them, on average */
    private static double fill(RunningEngine engine, long afterNs, long withinNs) {
        long passedNs = 0;
        for (int scheduled = 0; scheduled < PENDING; scheduled += AT_ONCE) {
            passedNs += engine.engine()
                    .submit(Clockwork.schedule(AT_ONCE, afterNs, withinNs))
                    .join()
                    .payload()
                    .getLong(0);
        }
        return (double) passedNs / PENDING;
    }

    private static void lateness(RunningEngine engine, Clockwork clockwork, Results results) {
        clockwork.forget();
        engine.engine().submit(Clockwork.schedule(MEASURED, SOON_NS, SPREAD_NS)).join();
        await(clockwork, MEASURED);
        clockwork.lateness.reportUs("timers.late", results);
    }

    /** All of them are due by the time that all are scheduled. */
    private static void firing(RunningEngine engine, Clockwork clockwork, Results results) {
        clockwork.forget();
        results.add("timers.schedule.ns", fill(engine, 2 * SPREAD_NS, 1));
        await(clockwork, PENDING);
        results.add("timers.fire.ns", (double) (clockwork.lastNs - clockwork.firstNs) / PENDING);
    }

    private static void await(Clockwork clockwork, long count) {
        while (clockwork.fired() < count) {
            LockSupport.parkNanos(PAUSE_NS);
        }
    }
}
