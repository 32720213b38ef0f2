package dev.lockstep.benchmarks.engine;

import java.util.concurrent.TimeUnit;

/** As many commands as are taken. */
public final class FullLoad {
    private static final double SECOND_NS = TimeUnit.SECONDS.toNanos(1);

    private FullLoad() {}

    /**
     * @param application offers them
     * @param seconds for how long
     * @return how many are answered in a second
     */
    public static double perSecond(Application application, int seconds) {
        long before = application.answered();
        long beginNs = System.nanoTime();
        long nowNs = beginNs;
        while (nowNs - beginNs < seconds * SECOND_NS) {
            application.pump();
            nowNs = System.nanoTime();
        }
        double perSecond = (application.answered() - before) * SECOND_NS / (nowNs - beginNs);
        application.awaitAll();
        return perSecond;
    }

    /**
     * @param application offers them
     * @param commands until so many more are answered, at least
     */
    public static void answer(Application application, long commands) {
        long end = application.answered() + commands;
        while (application.answered() < end) {
            application.pump();
        }
        application.awaitAll();
    }
}
