package dev.lockstep.benchmarks.engine;

import dev.lockstep.benchmarks.Effort;
import dev.lockstep.benchmarks.Measurement;
import dev.lockstep.benchmarks.Results;
import dev.lockstep.engine.Role;
import java.nio.file.Path;

/** How long a fresh process takes until a node that has a log is a primary again, and has applied all of it. */
record Restart(String figure, long bytes) implements Measurement {
    private static final double NS_PER_MS = 1e6;
    private static final double NS_PER_S = 1e9;

    @Override
    public void run(Path directory, Effort effort, Results results) {
        long commands = FillJournal.commandsIn(bytes);
        long beginNs = System.nanoTime();
        try (RunningEngine engine = FillJournal.NODE.start(directory)) {
            long startedNs = System.nanoTime();
            engine.await(
                    status -> status.role() == Role.PRIMARY
                            && status.appliedIndex() >= commands
                            && status.appliedIndex() == status.appendedIndex(),
                    "have applied its log");
            long endNs = System.nanoTime();
            results.add(figure + ".ms", (endNs - beginNs) / NS_PER_MS);
            results.add(figure + ".start.ms", (startedNs - beginNs) / NS_PER_MS);
            results.add("engine.replay.per.s", commands * NS_PER_S / (endNs - startedNs));
        }
    }
}
