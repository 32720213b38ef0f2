package dev.lockstep.benchmarks.journal;

import dev.lockstep.benchmarks.Results;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** How long many operations took, one by one. Recording allocates nothing. */
final class Latencies {
    private static final long LONGEST_NS = TimeUnit.MINUTES.toNanos(5);
    private static final int DIGITS = 3;

    private final Histogram histogram = new Histogram(LONGEST_NS, DIGITS);

    void record(long ns) {
        histogram.recordValue(Math.min(ns, LONGEST_NS));
    }

    void forget() {
        histogram.reset();
    }

    double medianNs() {
        return percentileNs(50);
    }

    double meanNs() {
        return histogram.getMean();
    }

    double longestNs() {
        return (double) histogram.getMaxValue();
    }

    private double percentileNs(double percentile) {
        return (double) histogram.getValueAtPercentile(percentile);
    }

    /** Reports the percentiles that matter, under names that begin alike. */
    void report(String prefix, Results results) {
        results.add(prefix + ".p50.ns", medianNs());
        results.add(prefix + ".p99.ns", percentileNs(99));
        results.add(prefix + ".p9999.ns", percentileNs(99.99));
        results.add(prefix + ".max.ns", longestNs());
    }
}
