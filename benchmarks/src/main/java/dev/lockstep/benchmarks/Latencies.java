package dev.lockstep.benchmarks;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** How long many operations took, one by one. Recording allocates nothing. */
public final class Latencies {
    private static final long LONGEST_NS = TimeUnit.MINUTES.toNanos(5);
    private static final int DIGITS = 3;
    private static final double NS_PER_US = 1000;

    private final Histogram histogram = new Histogram(LONGEST_NS, DIGITS);

    /**
     * @param ns how long one took
     */
    public void record(long ns) {
        histogram.recordValue(Math.min(ns, LONGEST_NS));
    }

    /** Starts over. */
    public void forget() {
        histogram.reset();
    }

    /**
     * @return how long half of them took at most
     */
    public double medianNs() {
        return percentileNs(50);
    }

    /**
     * @return how long they took on average
     */
    public double meanNs() {
        return histogram.getMean();
    }

    /**
     * @return how long the longest took
     */
    public double longestNs() {
        return (double) histogram.getMaxValue();
    }

    /**
     * @return how long all but one of a thousand took at most
     */
    public double p999Us() {
        return percentileNs(99.9) / NS_PER_US;
    }

    private double percentileNs(double percentile) {
        return (double) histogram.getValueAtPercentile(percentile);
    }

    /**
     * Reports the percentiles that matter to what takes nanoseconds.
     *
     * @param prefix how their names begin
     * @param results takes them
     */
    public void report(String prefix, Results results) {
        results.add(prefix + ".p50.ns", medianNs());
        results.add(prefix + ".p99.ns", percentileNs(99));
        results.add(prefix + ".p9999.ns", percentileNs(99.99));
        results.add(prefix + ".max.ns", longestNs());
    }

    /**
     * Reports the percentiles that matter to what takes microseconds.
     *
     * @param prefix how their names begin
     * @param results takes them
     */
    public void reportUs(String prefix, Results results) {
        results.add(prefix + ".p50.us", medianNs() / NS_PER_US);
        results.add(prefix + ".p99.us", percentileNs(99) / NS_PER_US);
        results.add(prefix + ".p999.us", p999Us());
        results.add(prefix + ".p9999.us", percentileNs(99.99) / NS_PER_US);
        results.add(prefix + ".max.us", longestNs() / NS_PER_US);
    }
}
