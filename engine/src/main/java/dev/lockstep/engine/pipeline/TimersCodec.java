package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.Cluster;
import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.SnapshotInput;
import dev.lockstep.engine.SnapshotOutput;

/** Saves and loads the timers that are pending: those that were loaded fire as those that were saved. */
final class TimersCodec {
    private static final int FORMAT = 1;

    private TimersCodec() {}

    static void save(Timers timers, SnapshotOutput out) {
        out.putInt(FORMAT);
        out.putInt(timers.size());
        timers.forEach((id, deadlineNs) -> {
            out.putLong(id);
            out.putLong(deadlineNs);
        });
    }

    /**
     * Replaces all that there are. When this throws, what is there then is of no use: only another load makes it whole.
     *
     * @throws EngineException.BadSnapshot if no timers were saved like that
     */
    static void load(Timers timers, SnapshotInput in) {
        check(in.getInt(), "the format of timers, which here is " + FORMAT + ",", FORMAT, FORMAT);
        int count = in.getInt();
        check(count, "a count of timers", 0, Cluster.MAX_TIMERS);
        timers.clear();
        for (int i = 0; i < count; i++) {
            long id = in.getLong();
            long deadlineNs = in.getLong();
            if (!timers.isRestorable(id, deadlineNs)) {
                throw new EngineException.BadSnapshot("the timers in it cannot be: number " + id + " with deadline "
                        + deadlineNs + " comes twice, or too early");
            }
            timers.restore(id, deadlineNs);
        }
    }

    private static void check(int found, String what, int least, int most) {
        if (found < least || found > most) {
            throw new EngineException.BadSnapshot(
                    "the timers in it cannot be: " + found + " stands where " + what + " should");
        }
    }
}
