package dev.lockstep.engine.simulated;

/**
 * How fast simulations run, one after another in the calling thread. What a simulation finds wrong is thrown.
 *
 * @param seeds how many were run
 * @param virtualNs how much time passed in them
 * @param realNs how much time that took
 */
public record SimulatorSpeed(long seeds, long virtualNs, long realNs) {
    /**
     * Runs the simulations of some seeds, drawn as the simulation's tests draw them.
     *
     * @param firstSeed the first one
     * @param seeds how many
     * @return how long they took
     */
    public static SimulatorSpeed of(long firstSeed, int seeds) {
        long virtualNs = 0;
        long startNs = System.nanoTime();
        for (long seed = firstSeed; seed < firstSeed + seeds; seed++) {
            SimulatedCluster cluster = new SimulatedCluster(Plan.drawn(seed));
            cluster.run();
            virtualNs += cluster.time.nowNs();
        }
        return new SimulatorSpeed(seeds, virtualNs, System.nanoTime() - startNs);
    }

    /**
     * @param other what was measured besides
     * @return both together
     */
    public SimulatorSpeed plus(SimulatorSpeed other) {
        return new SimulatorSpeed(seeds + other.seeds, virtualNs + other.virtualNs, realNs + other.realNs);
    }
}
