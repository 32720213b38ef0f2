package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.observe.EngineCounter;
import dev.lockstep.engine.observe.EngineCounters;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Says that the journal takes most of what it may, before it takes all of it; and that it does. Each once, until there is
 * room again. Owned by the hot thread.
 */
final class JournalAlarm {
    private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int ALARM_PERCENT = 80;
    /** Segments go one by one: what has fallen by less may rise again at once. */
    private static final int QUIET_PERCENT = 70;

    private final JournalRoom room;
    private final EngineCounters counters;
    private final Consumer<Throwable> errors;
    private long nextLookNs;
    private boolean isTold;
    private boolean isMetTold;

    JournalAlarm(JournalRoom room, EngineCounters counters, Consumer<Throwable> errors, long nowNs) {
        this.room = room;
        this.counters = counters;
        this.errors = errors;
        this.nextLookNs = nowNs;
    }

    void onTurn(long nowNs) {
        if (nowNs - nextLookNs >= 0) {
            nextLookNs = nowNs + LOOK_NS;
            look();
        }
    }

    private void look() {
        counters.set(EngineCounter.JOURNAL_BYTES, room.usedBytes());
        if (room.isBeyond(ALARM_PERCENT) && !isTold) {
            isTold = true;
            tell(
                    "more than " + ALARM_PERCENT + " % of what it may",
                    "At the bound a primary takes no commands, and a standby falls behind");
        } else if (!room.isBeyond(QUIET_PERCENT)) {
            isTold = false;
        }
        if (room.isMet() && !isMetTold) {
            isMetTold = true;
            tell("all that it may", "A primary takes no commands until there is room, and a standby falls behind");
        } else if (!room.isMet() && !isTold) {
            isMetTold = false;
        }
    }

    private void tell(String howMuch, String soWhat) {
        counters.increment(EngineCounter.JOURNAL_ALARMS);
        errors.accept(new EngineException("the journal takes " + howMuch + ": " + room.usedBytes() + " bytes, and"
                + " maxJournalBytes is " + room.maxBytes() + ". " + soWhat + ". It is cut behind the older of two"
                + " snapshots: look in this log why there is no newer one here; call Engine.snapshot(), twice, with"
                + " commands in between; have them taken more often; or start this node with a larger bound"));
    }
}
