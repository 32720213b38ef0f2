package dev.lockstep.benchmarks.snapshot;

import dev.lockstep.benchmarks.Effort;
import dev.lockstep.benchmarks.Measurement;
import dev.lockstep.benchmarks.Results;
import dev.lockstep.benchmarks.engine.RunningEngine;
import dev.lockstep.engine.Role;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** How long a fresh process takes until a node is the primary again, and has loaded its snapshot and applied what follows. */
final class Restart implements Measurement {
    private static final double NS_PER_MS = TimeUnit.MILLISECONDS.toNanos(1);

    @Override
    public void run(Path directory, Effort effort, Results results) {
        long beganNs = System.nanoTime();
        try (RunningEngine engine = Aged.start(directory)) {
            engine.await(
                    status -> status.role() == Role.PRIMARY
                            && status.appliedIndex() >= 2 * Aged.COMMANDS
                            && status.appliedIndex() == status.appendedIndex(),
                    "have applied its log");
            results.add("snapshot.restart.1gb.ms", (System.nanoTime() - beganNs) / NS_PER_MS);
        }
    }
}
