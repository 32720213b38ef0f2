package dev.lockstep.benchmarks.commit;

import dev.lockstep.benchmarks.Effort;
import dev.lockstep.benchmarks.Latencies;
import dev.lockstep.benchmarks.Results;
import dev.lockstep.benchmarks.engine.Application;
import dev.lockstep.benchmarks.engine.ClosedLoop;
import java.util.concurrent.TimeUnit;

/** How long a command takes from the offer to its reply, one under way at a time. */
record CommitLatency(String figure) implements ClusterRun.Load {
    /** The compiler gets what the hot threads of both nodes leave of two processors. */
    private static final int WARM_UP_S = 20;

    private static final int WARM_UP_QUICK_S = 7;

    @Override
    public void run(Application application, Effort effort, Results results) {
        Latencies latencies = new Latencies();
        ClosedLoop.run(application, TimeUnit.SECONDS.toNanos(effort.of(WARM_UP_QUICK_S, WARM_UP_S)), latencies);
        latencies.forget();
        ClosedLoop.run(application, TimeUnit.SECONDS.toNanos(effort.of(2, 10)), latencies);
        latencies.reportUs(figure, results);
    }
}
