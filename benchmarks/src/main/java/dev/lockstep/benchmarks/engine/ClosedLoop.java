package dev.lockstep.benchmarks.engine;

import dev.lockstep.benchmarks.Latencies;

/** One command under way at a time. */
public final class ClosedLoop {
    private ClosedLoop() {}

    /**
     * @param application offers them
     * @param durationNs for how long to go on
     * @param latencies takes how long each took from the offer to the reply
     */
    public static void run(Application application, long durationNs, Latencies latencies) {
        long beginNs = System.nanoTime();
        long startNs = beginNs;
        while (startNs - beginNs < durationNs) {
            application.exchange();
            latencies.record(System.nanoTime() - startNs);
            startNs = System.nanoTime();
        }
    }
}
