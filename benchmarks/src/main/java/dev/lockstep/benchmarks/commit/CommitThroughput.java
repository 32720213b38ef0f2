package dev.lockstep.benchmarks.commit;

import dev.lockstep.benchmarks.Effort;
import dev.lockstep.benchmarks.Results;
import dev.lockstep.benchmarks.engine.Application;
import dev.lockstep.benchmarks.engine.FullLoad;

/** How many commands are answered in a second. */
record CommitThroughput(String figure) implements ClusterRun.Load {
    /** As with {@link CommitLatency}. */
    private static final int WARM_UP_S = 20;

    private static final int WARM_UP_QUICK_S = 10;

    @Override
    public void run(Application application, Effort effort, Results results) {
        FullLoad.perSecond(application, effort.of(WARM_UP_QUICK_S, WARM_UP_S));
        results.add(figure, FullLoad.perSecond(application, effort.of(3, 10)));
    }
}
