package dev.lockstep.engine.observe;

import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Hands lines to the application's log, on a thread that may wait for it: a log that writes to a slow disk or a full pipe
 * would otherwise stall the node when it matters most. Any thread; what the log throws stops nothing.
 */
final class LogLines {
    static final String LOGGER_NAME = "dev.lockstep";

    /** Where lines go. */
    @FunctionalInterface
    interface Sink {
        /** @param cause with its stack trace; null if there is none */
        void log(Level level, String text, Throwable cause);
    }

    private final String prefix;
    private final Executor executor;
    private final Sink sink;

    LogLines(String node, Executor executor, Sink sink) {
        this.prefix = "node " + node + ": ";
        this.executor = executor;
        this.sink = sink;
    }

    static LogLines toSlf4j(String node, Executor executor) {
        return new LogLines(node, executor, sink(LoggerFactory.getLogger(LOGGER_NAME)));
    }

    private static Sink sink(Logger logger) {
        return (level, text, cause) -> {
            switch (level) {
                case ERROR -> logger.error(text, cause);
                case WARN -> logger.warn(text, cause);
                default -> logger.info(text, cause);
            }
        };
    }

    void log(Level level, String text, Throwable cause) {
        try {
            executor.execute(() -> write(level, prefix + text, cause));
        } catch (RuntimeException refused) {
            // Nobody is left to be told, as after the close; the counters and the snapshot still say it.
        }
    }

    private void write(Level level, String text, Throwable cause) {
        try {
            sink.log(level, text, cause);
        } catch (RuntimeException broken) {
            // A log that cannot be written to is no reason to stop; the counters and the snapshot still say it.
        }
    }
}
