package dev.lockstep.engine.observe;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.event.Level;

/**
 * Tells each error once, and counts how often it comes again. Any thread; holds a lock for a few map accesses, and never
 * while it logs. Nothing that it is given, and nothing that the log does, makes it throw.
 *
 * <p>The engine is quiet by default. A node to which nothing happens logs nothing: what it does can be counted, and is
 * ({@link EngineCounters}). It logs what a person should look at, as a warning where the node goes on as before and as an
 * error where a part of it does not; and, for information, its role ({@link RoleReport}), since that is what the
 * application itself depends on and what the reader of a log lines the rest up with. An error that repeats is logged
 * again after a minute at the earliest, with its count and without its stack trace.
 */
public final class ErrorLog {
    private static final int MAX_DISTINCT = 64;
    private static final int MAX_NEW_A_MINUTE = 64;
    private static final long MINUTE_NS = TimeUnit.MINUTES.toNanos(1);

    private final LongSupplier nanoClock;
    private final EngineCounters counters;
    private final LogLines lines;
    private final Map<ErrorKey, ErrorEntry> entries = new HashMap<>();
    /** When the minute began in which new warnings are counted. */
    private long minuteNs;

    private int newInMinute;

    /**
     * @param node the node's name, which each line begins with
     * @param nanoClock the time, which need not be that of the wall
     * @param counters where errors and remarks are counted
     * @param logging runs what may wait for the application's log: of the background thread, not of the hot one
     */
    public ErrorLog(String node, LongSupplier nanoClock, EngineCounters counters, Executor logging) {
        this(nanoClock, counters, LogLines.toSlf4j(node, logging));
    }

    ErrorLog(LongSupplier nanoClock, EngineCounters counters, LogLines lines) {
        this.nanoClock = nanoClock;
        this.counters = counters;
        this.lines = lines;
        this.minuteNs = nanoClock.getAsLong();
    }

    /** @param thrown what a part of the node has stopped for */
    public void error(Throwable thrown) {
        counters.increment(EngineCounter.ERRORS);
        note(Level.ERROR, ErrorKey.of(thrown), ErrorKey.lineOf(thrown), thrown);
    }

    /** @param thrown what the node goes on after, as before */
    public void warning(Throwable thrown) {
        counters.increment(EngineCounter.ERRORS);
        note(Level.WARN, ErrorKey.of(thrown), ErrorKey.lineOf(thrown), thrown);
    }

    /** @param remark what a person should know */
    public void remark(String remark) {
        counters.increment(EngineCounter.REMARKS);
        ErrorKey key = ErrorKey.of(remark);
        note(Level.WARN, key, key.template(), null);
    }

    private void note(Level level, ErrorKey key, String line, Throwable thrown) {
        Throwable shown = null;
        String text;
        synchronized (entries) {
            long nowNs = nanoClock.getAsLong();
            ErrorEntry known = entries.get(key);
            if (known == null) {
                makeRoom();
                entries.put(key, new ErrorEntry(level, line, key.place(), nowNs));
                text = mayTellNew(level, nowNs) ? line : null;
                shown = thrown;
            } else {
                text = known.onceMore(nowNs);
            }
        }
        if (text != null) {
            lines.log(level, text, shown);
        }
    }

    /** The one goes that came least often, and of those the one that came last the longest ago. */
    private void makeRoom() {
        if (entries.size() < MAX_DISTINCT) {
            return;
        }
        ErrorKey least = null;
        for (Map.Entry<ErrorKey, ErrorEntry> each : entries.entrySet()) {
            if (least == null || each.getValue().isLessThan(entries.get(least))) {
                least = each.getKey();
            }
        }
        entries.remove(least);
    }

    /** Warnings of which each is a new one must not fill the disk with their stack traces; of errors there are few. */
    private boolean mayTellNew(Level level, long nowNs) {
        if (nowNs - minuteNs >= MINUTE_NS) {
            minuteNs = nowNs;
            newInMinute = 0;
        }
        newInMinute++;
        return level == Level.ERROR || newInMinute <= MAX_NEW_A_MINUTE;
    }

    /** @return what was met so far and is remembered, a line each, the latest first */
    public List<String> snapshot() {
        synchronized (entries) {
            long nowNs = nanoClock.getAsLong();
            return entries.values().stream()
                    .sorted(Comparator.comparingLong(entry -> entry.sinceLastNs(nowNs)))
                    .map(entry -> entry.describe(nowNs))
                    .toList();
        }
    }
}
