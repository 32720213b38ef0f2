package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.Cluster;

/**
 * What the state machine is given beside its commands, as of what is being applied. Owned by the applier's thread. What is
 * drawn depends on where the log is alone, so there is nothing of it to be saved.
 */
final class AppliedCluster implements Cluster {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final Timers timers = new Timers();
    private boolean isApplying;
    private long index;
    private long timeNs;
    private long seed;
    private long drawn;

    Timers timers() {
        return timers;
    }

    /**
     * The state machine is called with what comes next.
     *
     * @param newIndex before which timers fire, or of the command
     */
    void enter(long newIndex, long term, long newTimeNs) {
        if (newIndex != index || newTimeNs != timeNs) {
            index = newIndex;
            timeNs = newTimeNs;
            seed = mix(newTimeNs + mix(newIndex + mix(term)));
            drawn = 0;
        }
        isApplying = true;
    }

    /** That call is over. */
    void leave() {
        isApplying = false;
    }

    /** The state is another one. */
    void clear() {
        timers.clear();
        isApplying = false;
        index = 0;
    }

    @Override
    public long timeNs() {
        check();
        return timeNs;
    }

    @Override
    public long index() {
        check();
        return index;
    }

    @Override
    public long random() {
        check();
        drawn++;
        return mix(seed + drawn * GOLDEN);
    }

    @Override
    public void schedule(long id, long deadlineNs) {
        check();
        timers.schedule(id, Math.max(deadlineNs, timeNs + 1)); // or it would be of those that have fired before this
    }

    @Override
    public boolean cancel(long id) {
        check();
        return timers.cancel(id);
    }

    @Override
    public int pendingTimers() {
        check();
        return timers.size();
    }

    private void check() {
        if (!isApplying) {
            throw new IllegalStateException("the cluster's time, numbers and timers are there while apply or onTimer is"
                    + " called, and at no other time");
        }
    }

    /** Spreads a number over all bits (the finisher of SplitMix64). */
    private static long mix(long number) {
        long mixed = (number ^ (number >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
