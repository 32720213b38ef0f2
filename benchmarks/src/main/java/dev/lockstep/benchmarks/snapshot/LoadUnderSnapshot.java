package dev.lockstep.benchmarks.snapshot;

import dev.lockstep.benchmarks.Effort;
import dev.lockstep.benchmarks.Latencies;
import dev.lockstep.benchmarks.Measurement;
import dev.lockstep.benchmarks.Results;
import dev.lockstep.benchmarks.engine.FullLoad;
import dev.lockstep.benchmarks.engine.PacedLoad;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * What it does to commits that a standby of three nodes takes a snapshot of a large state, and the primary has it brought:
 * over the one window alone, over the other, and over a window before both.
 */
final class LoadUnderSnapshot implements Measurement {
    private static final int PER_SECOND = 5_000;
    private static final double NS_PER_S = TimeUnit.SECONDS.toNanos(1);
    private static final double MB = 1e6;
    private static final double PERCENT = 100;

    @Override
    public void run(Path directory, Effort effort, Results results) {
        try (Trio trio = new Trio(directory, "abc")) {
            FullLoad.perSecond(trio.application, effort.of(2, 15)); // warms the code up
            FullLoad.answer(trio.application, BulkyTally.GROWN_FROM); // also where that was slow
            for (int round = 0; round < effort.of(1, 3); round++) {
                latency(trio, effort, results);
            }
            for (int round = 0; round < effort.of(1, 3); round++) {
                throughput(trio, effort, results);
            }
        }
    }

    private static void latency(Trio trio, Effort effort, Results results) {
        Latencies latencies = new Latencies();
        PacedLoad load = new PacedLoad(trio.application, PER_SECOND);
        load.run(1, latencies);
        latencies.forget();
        load.run(effort.of(4, 10), latencies);
        latencies.reportUs("snapshot.commit.before", results);
        double p999BeforeUs = latencies.p999Us();
        latencies.forget();
        long before = trio.engine.engine().status().snapshotIndex();
        load.runWhile(Trio.have(trio.partner(0), TrioPartner.SNAPSHOT, TrioPartner.TAKEN), latencies);
        latencies.reportUs("snapshot.commit", results);
        results.add("snapshot.commit.p999.effect.us", latencies.p999Us() - p999BeforeUs);
        latencies.forget();
        long beganNs = System.nanoTime();
        load.runWhile(trio.isBehind(before), latencies);
        latencies.reportUs("snapshot.fetch.commit", results);
        results.add("snapshot.fetch.mb.per.s", BulkyTally.GB / MB * NS_PER_S / (System.nanoTime() - beganNs));
    }

    private static void throughput(Trio trio, Effort effort, Results results) {
        int seconds = effort.of(2, 8);
        double before = FullLoad.perSecond(trio.application, seconds);
        long newest = trio.engine.engine().status().snapshotIndex();
        BooleanSupplier isTaken = Trio.have(trio.partner(0), TrioPartner.SNAPSHOT, TrioPartner.TAKEN);
        double meanwhile = FullLoad.perSecondWhile(trio.application, isTaken);
        trio.engine.await(status -> status.snapshotIndex() > newest, "have the snapshot brought");
        double after = FullLoad.perSecond(trio.application, seconds);
        results.add("snapshot.throughput.per.s", meanwhile);
        results.add("snapshot.throughput.loss.percent", PERCENT - PERCENT * meanwhile / ((before + after) / 2));
    }
}
