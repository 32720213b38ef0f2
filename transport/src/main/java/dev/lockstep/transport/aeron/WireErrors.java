package dev.lockstep.transport.aeron;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import org.agrona.ErrorHandler;

/** Keeps the newest few errors that are reported by the way, each once. May be told from any thread. */
final class WireErrors implements ErrorHandler {
    private static final int KEPT = 32;

    private final CopyOnWriteArrayList<String> seen = new CopyOnWriteArrayList<>();

    @Override
    public void onError(Throwable error) {
        if (seen.addIfAbsent(error.getClass().getSimpleName() + ": " + error.getMessage()) && seen.size() > KEPT) {
            seen.remove(0);
        }
    }

    /** @return whether an error says that a port is taken, which Aeron knows in words only */
    boolean isAddressInUse(Throwable error) {
        return String.valueOf(error.getMessage()).toLowerCase(Locale.ROOT).contains("already in use")
                || seen.stream().anyMatch(each -> each.toLowerCase(Locale.ROOT).contains("already in use"));
    }

    List<String> seen() {
        return List.copyOf(seen);
    }
}
