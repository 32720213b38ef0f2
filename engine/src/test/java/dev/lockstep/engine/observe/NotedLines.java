package dev.lockstep.engine.observe;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.event.Level;

/** An application's log that tests look into. */
final class NotedLines implements LogLines.Sink {
    final List<String> lines = new ArrayList<>();
    final List<Throwable> causes = new ArrayList<>();

    @Override
    public synchronized void log(Level level, String text, Throwable cause) {
        lines.add(level + " " + text);
        causes.add(cause);
    }

    /** @return a log that is written to at once */
    LogLines direct() {
        return new LogLines("a", Runnable::run, this);
    }

    String last() {
        return lines.get(lines.size() - 1);
    }
}
