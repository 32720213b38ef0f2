package dev.lockstep.engine.observe;

import java.util.concurrent.TimeUnit;
import org.slf4j.event.Level;

/** How often an error was met, and when. Guarded by its log. Keeps the words and not what was thrown. */
final class ErrorEntry {
    private static final long AGAIN_NS = TimeUnit.MINUTES.toNanos(1);

    private final Level level;
    private final String line;
    private final String place;
    private final long firstNs;
    private long lastNs;
    private long count = 1;
    private long loggedNs;
    private long loggedCount = 1;

    ErrorEntry(Level level, String line, String place, long nowNs) {
        this.level = level;
        this.line = line;
        this.place = place;
        this.firstNs = nowNs;
        this.lastNs = nowNs;
        this.loggedNs = nowNs;
    }

    /** @return what is to be logged of it; null if it was logged a short while ago */
    String onceMore(long nowNs) {
        count++;
        lastNs = nowNs;
        if (nowNs - loggedNs < AGAIN_NS) {
            return null;
        }
        String again = count - loggedCount + " times more in " + seconds(nowNs - loggedNs) + ": " + line;
        loggedNs = nowNs;
        loggedCount = count;
        return again;
    }

    /** @return whether this one goes before the other one when there is no room for both */
    boolean isLessThan(ErrorEntry other) {
        return count != other.count ? count < other.count : lastNs - other.lastNs < 0;
    }

    long sinceLastNs(long nowNs) {
        return nowNs - lastNs;
    }

    String describe(long nowNs) {
        return level + ", " + (count == 1 ? "once, " : count + " times, first ") + seconds(nowNs - firstNs) + " ago"
                + (count == 1 ? "" : ", last " + seconds(nowNs - lastNs) + " ago") + ": " + line + place;
    }

    private static String seconds(long durationNs) {
        return TimeUnit.NANOSECONDS.toSeconds(durationNs) + " s";
    }
}
