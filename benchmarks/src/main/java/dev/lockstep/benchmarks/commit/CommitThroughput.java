package dev.lockstep.benchmarks.commit;

import dev.lockstep.benchmarks.Effort;
import dev.lockstep.benchmarks.Results;
import dev.lockstep.benchmarks.engine.Application;
import dev.lockstep.benchmarks.engine.FullLoad;

/** How many commands are answered in a second. */
record CommitThroughput(String figure) implements ClusterRun.Load {
    @Override
    public void run(Application application, Effort effort, Results results) {
        FullLoad.perSecond(application, effort.of(3, 6));
        results.add(figure, FullLoad.perSecond(application, effort.of(3, 10)));
    }
}
