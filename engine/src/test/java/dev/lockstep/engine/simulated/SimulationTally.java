package dev.lockstep.engine.simulated;

/** What all simulations of a run have come to. */
final class SimulationTally {
    private final long planned;
    private final long begunNs = System.nanoTime();
    private long seeds;
    private long virtualNs;
    private long submitted;
    private long committed;
    private long acknowledged;
    private long reads;

    SimulationTally(long planned) {
        this.planned = planned;
    }

    void add(SimulatedCluster cluster) {
        seeds++;
        virtualNs += cluster.time.nowNs();
        submitted += cluster.workload.submitted();
        committed += cluster.oracle.committedFrames();
        acknowledged += cluster.oracle.acknowledged();
        reads += cluster.workload.readsConfirmed();
    }

    long acknowledged() {
        return acknowledged;
    }

    long reads() {
        return reads;
    }

    @Override
    public String toString() {
        double seconds = (System.nanoTime() - begunNs) / 1e9;
        return String.format(
                "%,d of %,d seeds in %.0f s, %.1f seeds/s; %,.0f virtual seconds; %,d frames submitted, %,d committed,"
                        + " %,d acknowledgements, %,d reads",
                seeds, planned, seconds, seeds / seconds, virtualNs / 1e9, submitted, committed, acknowledged, reads);
    }
}
