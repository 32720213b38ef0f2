package dev.lockstep.benchmarks.commit;

import dev.lockstep.benchmarks.Measurement;
import dev.lockstep.benchmarks.transport.KernelEcho;

/** What is measured of a cluster in JVMs of its own. */
enum CommitMeasurement {
    /** There and back over the kernel's UDP: the floor. */
    ECHO_UDP,
    /** A page on the device: the other floor. */
    FORCE,
    /** The same while another thread does as much: both nodes are on one device here. */
    FORCE_SHARED,
    /** One command under way, on the application's own thread. */
    CALLER,
    /** The same, with the application on another thread. */
    COMPACT,
    /** A few commands a second, with all as it is by default. */
    IDLE,
    /** One command under way, until it is on both devices. */
    FLUSHED,
    /** As much as is taken. */
    THROUGHPUT,
    /** The same in large datagrams. */
    THROUGHPUT_8K;

    private static final int IDLE_PER_SECOND = 1000;

    Measurement make() {
        return switch (this) {
            case ECHO_UDP -> KernelEcho.reportedAs(CommitBenchmarks.UDP);
            case FORCE -> new ForceLatency(CommitBenchmarks.FORCE, false);
            case FORCE_SHARED -> new ForceLatency(CommitBenchmarks.FORCE_SHARED, true);
            case CALLER -> new ClusterRun(ClusterKind.CALLER, new CommitLatency(CommitBenchmarks.CALLER));
            case COMPACT -> new ClusterRun(ClusterKind.COMPACT, new CommitLatency(CommitBenchmarks.COMPACT));
            case IDLE -> new ClusterRun(ClusterKind.BACKOFF, new PacedCommitLatency("commit.idle", IDLE_PER_SECOND));
            case FLUSHED -> new ClusterRun(ClusterKind.FLUSHED, new CommitLatency(CommitBenchmarks.FLUSHED));
            case THROUGHPUT -> new ClusterRun(ClusterKind.CALLER, new CommitThroughput("commit.throughput.per.s"));
            case THROUGHPUT_8K ->
                new ClusterRun(ClusterKind.CALLER_8K, new CommitThroughput("commit.throughput.8k.per.s"));
        };
    }
}
