package dev.lockstep.benchmarks.engine;

import dev.lockstep.benchmarks.Latencies;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongPredicate;

/**
 * Commands that come at a fixed rate, whether those before are answered or not. Each counts from when it was due, so that
 * one pause counts for all that it held up (no coordinated omission).
 */
public final class PacedLoad {
    private static final double SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    /** A rate that is not sustained has shown that when this many times the time is over. */
    private static final int MOST_TIMES = 2;

    private final Application application;
    private final int perSecond;

    /**
     * @param application offers them
     * @param perSecond how many
     */
    public PacedLoad(Application application, int perSecond) {
        this.application = application;
        this.perSecond = perSecond;
    }

    /**
     * @param seconds for how long
     * @param latencies takes how long each took, from when it was due to its reply
     * @return how many were answered in a second
     */
    public double run(int seconds, Latencies latencies) {
        long commands = (long) perSecond * seconds;
        long untilNs = System.nanoTime() + (long) (MOST_TIMES * seconds * SECOND_NS);
        return run(commands, nowNs -> nowNs - untilNs < 0, latencies);
    }

    /**
     * @param isOn until when
     * @param latencies takes how long each took, from when it was due to its reply
     * @return how many were answered in a second
     */
    public double runWhile(BooleanSupplier isOn, Latencies latencies) {
        return run(Long.MAX_VALUE, nowNs -> isOn.getAsBoolean(), latencies);
    }

    private double run(long commands, LongPredicate isOn, Latencies latencies) {
        long beginNs = System.nanoTime();
        long before = application.answered();
        Schedule schedule = new Schedule(beginNs, perSecond);
        application.tell(number -> latencies.record(System.nanoTime() - schedule.dueNs(number - before - 1)));
        long sent = 0;
        long nowNs = beginNs;
        while (sent < commands && isOn.test(nowNs)) {
            while (sent < commands && schedule.dueNs(sent) - nowNs <= 0 && application.offer()) {
                sent++;
            }
            application.turn();
            nowNs = System.nanoTime();
        }
        application.awaitAll();
        application.tell(number -> {});
        return sent * SECOND_NS / (System.nanoTime() - beginNs);
    }
}
