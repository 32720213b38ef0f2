package dev.lockstep.benchmarks.replica;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The average cost of a frame for all three nodes together, from proposed to committed. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FrameBenchmark {
    private MemoryCluster cluster;

    /** Lets a cluster be born. */
    @Setup(Level.Trial)
    public void bear() {
        cluster = MemoryCluster.born();
    }

    /**
     * @return the commit index
     */
    @Benchmark
    public long commitFrame() {
        return cluster.commitFrame();
    }

    /** Sees to it that something was measured. */
    @TearDown(Level.Trial)
    public void check() {
        cluster.check();
    }
}
