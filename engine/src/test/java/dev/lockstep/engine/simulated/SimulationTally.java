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
    private long verdicts;
    private long outside;
    private long drifts;
    private long driftsFound;

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
        verdicts += cluster.operator.livenessVerdicts();
        outside += cluster.isOutsideTheModel() ? 1 : 0;
        drifts += cluster.drifts.planted();
        driftsFound += cluster.drifts.found();
    }

    long acknowledged() {
        return acknowledged;
    }

    long reads() {
        return reads;
    }

    /** @return how often it was seen that a quorum commits when nothing goes wrong for a while */
    long livenessVerdicts() {
        return verdicts;
    }

    /** @return how many simulations ended early, for somebody relied on a disk that was set back unseen */
    long outsideTheModel() {
        return outside;
    }

    /** @return how many processes found out that they had drifted */
    long driftsFound() {
        return driftsFound;
    }

    @Override
    public String toString() {
        double seconds = (System.nanoTime() - begunNs) / 1e9;
        return String.format(
                "%,d of %,d seeds in %.0f s, %.1f seeds/s; %,.0f virtual seconds; %,d frames submitted, %,d committed,"
                        + " %,d acknowledgements, %,d reads; %,d drifts, %,d found; %,d ended outside the fault model",
                seeds,
                planned,
                seconds,
                seeds / seconds,
                virtualNs / 1e9,
                submitted,
                committed,
                acknowledged,
                reads,
                drifts,
                driftsFound,
                outside);
    }
}
