package dev.lockstep.benchmarks.commit;

import dev.lockstep.benchmarks.Effort;
import dev.lockstep.benchmarks.Latencies;
import dev.lockstep.benchmarks.Results;
import dev.lockstep.benchmarks.engine.Application;
import dev.lockstep.benchmarks.engine.ClosedLoop;
import java.util.concurrent.TimeUnit;

/** How long a command takes from the offer to its reply, one under way at a time. */
record CommitLatency(String figure) implements ClusterRun.Load {
    @Override
    public void run(Application application, Effort effort, Results results) {
        Latencies latencies = new Latencies();
        ClosedLoop.run(application, TimeUnit.SECONDS.toNanos(effort.of(3, 8)), latencies);
        latencies.forget();
        ClosedLoop.run(application, TimeUnit.SECONDS.toNanos(effort.of(2, 10)), latencies);
        latencies.reportUs(figure, results);
    }
}
