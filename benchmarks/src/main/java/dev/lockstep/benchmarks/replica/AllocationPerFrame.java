package dev.lockstep.benchmarks.replica;

import dev.lockstep.benchmarks.Allocations;
import dev.lockstep.benchmarks.Effort;
import dev.lockstep.benchmarks.Measurement;
import dev.lockstep.benchmarks.Results;
import dev.lockstep.storage.Invariant;
import java.nio.file.Path;

/** What a thread allocates while it lets three nodes commit a million frames. */
final class AllocationPerFrame implements Measurement {
    private static final int WARM_UP_FRAMES = 1_000_000;
    private static final int FRAMES = 1_000_000;

    @Override
    public void run(Path directory, Effort effort, Results results) {
        MemoryCluster cluster = MemoryCluster.born();
        commit(cluster, WARM_UP_FRAMES);
        long firstIndex = cluster.lastIndex();
        long before = Allocations.ofThisThread();
        commit(cluster, FRAMES);
        long bytes = Allocations.ofThisThread() - before;
        long frames = cluster.lastIndex() - firstIndex;
        Invariant.check(frames == FRAMES, "not every frame was committed", FRAMES, frames);
        cluster.check();
        results.add("replica.bytes.per.frame", bytes / (double) FRAMES);
    }

    private static void commit(MemoryCluster cluster, int frames) {
        for (int i = 0; i < frames; i++) {
            cluster.commitFrame();
        }
    }
}
