package dev.lockstep.benchmarks.snapshot;

import dev.lockstep.benchmarks.Effort;
import dev.lockstep.benchmarks.Latencies;
import dev.lockstep.benchmarks.Measurement;
import dev.lockstep.benchmarks.PartnerJvm;
import dev.lockstep.benchmarks.Results;
import dev.lockstep.benchmarks.engine.FullLoad;
import dev.lockstep.benchmarks.engine.PacedLoad;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * How long a new node takes, from the start of its process with an empty directory until it has applied all that two others
 * have, whose log begins behind a snapshot of a large state; and what that does to their commits.
 */
final class Join implements Measurement {
    private static final int PER_SECOND = 2_000;
    /** More than what stays of the log behind a snapshot. */
    private static final int COMMANDS = 100_000;

    private static final double NS_PER_MS = TimeUnit.MILLISECONDS.toNanos(1);

    @Override
    public void run(Path directory, Effort effort, Results results) {
        try (Trio trio = new Trio(directory, "ab")) {
            while (trio.engine.engine().status().baseIndex() == 0) {
                FullLoad.answer(trio.application, COMMANDS);
                trio.takeSnapshot();
            }
            Latencies latencies = new Latencies();
            PacedLoad load = new PacedLoad(trio.application, PER_SECOND);
            load.run(1, latencies);
            latencies.forget();
            long beganNs = System.nanoTime();
            TrioNode joining = new TrioNode("c", "abc", trio.node.port(), directory);
            PartnerJvm partner = trio.start(joining);
            CompletableFuture<Void> added = trio.engine.engine().add(joining.listed("c"));
            load.runWhile(() -> !added.isDone(), latencies);
            added.join();
            partner.await(TrioPartner.READY);
            load.runWhile(Trio.have(partner, TrioPartner.CATCH_UP, TrioPartner.CAUGHT_UP), latencies);
            results.add("snapshot.join.1gb.ms", (System.nanoTime() - beganNs) / NS_PER_MS);
            latencies.reportUs("snapshot.join.commit", results);
        }
    }
}
