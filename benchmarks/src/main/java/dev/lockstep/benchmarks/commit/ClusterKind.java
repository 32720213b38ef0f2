package dev.lockstep.benchmarks.commit;

import dev.lockstep.engine.Durability;
import dev.lockstep.engine.Idle;
import dev.lockstep.engine.Threading;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.YieldingIdleStrategy;

/** How both nodes run; all else is as it is by default. */
enum ClusterKind {
    /** The application's thread does all the work, in memory. */
    CALLER(Threading.CALLER, Idle.BACKOFF, Durability.APPENDED, 1408),
    /** The same in large datagrams. */
    CALLER_8K(Threading.CALLER, Idle.BACKOFF, Durability.APPENDED, 8192),
    /** The same, until it is on both devices. */
    FLUSHED(Threading.CALLER, Idle.BACKOFF, Durability.FLUSHED, 1408),
    /** A hot thread of the engine's own, which never sleeps. */
    COMPACT(Threading.COMPACT, Idle.YIELD, Durability.APPENDED, 1408),
    /** The default. */
    BACKOFF(Threading.COMPACT, Idle.BACKOFF, Durability.APPENDED, 1408);

    final Threading threading;
    final Idle idle;
    final Durability durability;
    final int mtuBytes;

    ClusterKind(Threading threading, Idle idle, Durability durability, int mtuBytes) {
        this.threading = threading;
        this.idle = idle;
        this.durability = durability;
        this.mtuBytes = mtuBytes;
    }

    /**
     * @return what the application's thread does in a turn without work. Two threads have the two processors to themselves;
     *     where there are more, the flusher's or the hot one's, it lets them run
     */
    IdleStrategy whileIdle() {
        boolean isAlone = threading == Threading.CALLER && durability == Durability.APPENDED;
        return isAlone ? BusySpinIdleStrategy.INSTANCE : YieldingIdleStrategy.INSTANCE;
    }
}
