package dev.lockstep.engine;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadFactory;

/** What stands in for what a builder was not given. */
final class EngineDefaults {
    /** What is applied again in a second or two. */
    static final long SNAPSHOT_BYTES = 1L << 30;

    private EngineDefaults() {}

    /** @return how long, as an engine counts; what is too long for that is longer than anything may be */
    static long nanos(Duration value, long defaultMs) {
        Duration duration = Objects.requireNonNullElse(value, Duration.ofMillis(defaultMs));
        try {
            return duration.toNanos();
        } catch (ArithmeticException e) {
            return duration.isNegative() ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }

    static ThreadFactory threadFactory(String node) {
        return work -> {
            Thread thread = new Thread(work, "lockstep-" + node);
            thread.setDaemon(false); // or else it would be what the thread is that starts the engine
            return thread;
        };
    }
}
