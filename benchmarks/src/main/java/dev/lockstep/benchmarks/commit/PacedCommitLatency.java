package dev.lockstep.benchmarks.commit;

import dev.lockstep.benchmarks.Effort;
import dev.lockstep.benchmarks.Latencies;
import dev.lockstep.benchmarks.Results;
import dev.lockstep.benchmarks.engine.Application;
import dev.lockstep.benchmarks.engine.PacedLoad;

/** How long a command takes to its reply, from when it was due at a fixed rate. */
record PacedCommitLatency(String figure, int perSecond) implements ClusterRun.Load {
    /** What warms the code up, at a rate that takes less time for it. */
    private static final int WARM_UP_PER_SECOND = 20_000;

    @Override
    public void run(Application application, Effort effort, Results results) {
        Latencies latencies = new Latencies();
        new PacedLoad(application, WARM_UP_PER_SECOND).run(effort.of(2, 5), latencies);
        PacedLoad load = new PacedLoad(application, perSecond);
        load.run(1, latencies);
        latencies.forget();
        load.run(effort.of(2, 10), latencies);
        latencies.reportUs(figure, results);
    }
}
