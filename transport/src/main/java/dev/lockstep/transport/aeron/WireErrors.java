package dev.lockstep.transport.aeron;

import dev.lockstep.transport.TransportException;
import java.util.ArrayDeque;
import java.util.List;
import org.agrona.ErrorHandler;

/** Keeps the newest few errors that are reported by the way, each once, until they are told. Any thread may report. */
final class WireErrors implements ErrorHandler {
    private static final int KEPT = 32;

    private final ArrayDeque<String> seen = new ArrayDeque<>();
    private final ArrayDeque<String> untold = new ArrayDeque<>();
    private volatile boolean hasNews;

    @Override
    public void onError(Throwable error) {
        boolean isOurs = error instanceof TransportException;
        add(isOurs ? error.getMessage() : error.getClass().getSimpleName() + ": " + error.getMessage());
    }

    private synchronized void add(String text) {
        if (seen.contains(text)) {
            return;
        }
        if (seen.size() == KEPT) {
            seen.remove();
        }
        seen.add(text);
        tell(text);
    }

    /** Reports what is worth knowing and no error. */
    synchronized void tell(String text) {
        if (untold.size() < KEPT) {
            untold.add(text);
            hasNews = true;
        }
    }

    boolean hasNews() {
        return hasNews;
    }

    /** @return the next one; null if all were told */
    synchronized String poll() {
        hasNews = untold.size() > 1;
        return untold.poll();
    }

    /** What was seen is news if it comes again. */
    synchronized void forget() {
        seen.clear();
    }

    synchronized List<String> seen() {
        return List.copyOf(seen);
    }
}
