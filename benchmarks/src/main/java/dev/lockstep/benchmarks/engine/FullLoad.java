package dev.lockstep.benchmarks.engine;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

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
        long endNs = System.nanoTime() + (long) (seconds * SECOND_NS);
        return perSecondWhile(application, () -> System.nanoTime() - endNs < 0);
    }

    /**
     * @param application offers them
     * @param isOn until when
     * @return how many are answered in a second
     */
    public static double perSecondWhile(Application application, BooleanSupplier isOn) {
        long before = application.answered();
        long beginNs = System.nanoTime();
        while (isOn.getAsBoolean()) {
            application.pump();
        }
        long nowNs = System.nanoTime();
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
