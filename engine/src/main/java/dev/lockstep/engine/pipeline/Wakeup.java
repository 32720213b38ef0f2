package dev.lockstep.engine.pipeline;

import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.YieldingIdleStrategy;

/**
 * Idles as {@link dev.lockstep.engine.Idle#BACKOFF} says: spins, yields, then parks, for no longer than it was told; whoever
 * brings work wakes it. Idling belongs to one thread, waking to any.
 */
final class Wakeup implements IdleStrategy {
    private static final int SPINS = 100;
    private static final int YIELDS = 20;

    private final int spins;
    private final int yields;
    private final LongSupplier parkNs;
    /** Set one look before it parks, so that what was brought before that is seen. */
    private volatile Thread parked;

    private int idled;

    private Wakeup(int spins, int yields, LongSupplier parkNs) {
        this.spins = spins;
        this.yields = yields;
        this.parkNs = parkNs;
    }

    /** For a thread whose work comes soon: it spins, and yields, before it parks. */
    static Wakeup ofHurried(long parkNs) {
        return new Wakeup(SPINS, YIELDS, () -> parkNs);
    }

    /**
     * For a thread that has time: it parks at once. Where processors are few each of its spins and yields is one that a hot
     * thread waits for.
     *
     * @param parkNs says for how long, each time
     */
    static Wakeup ofPatient(LongSupplier parkNs) {
        return new Wakeup(0, 0, parkNs);
    }

    @Override
    public void idle(int workCount) {
        if (workCount > 0) {
            reset();
        } else {
            idle();
        }
    }

    @Override
    public void idle() {
        idled++;
        if (idled <= spins) {
            Thread.onSpinWait();
        } else if (idled <= spins + yields) {
            YieldingIdleStrategy.INSTANCE.idle();
        } else if (parked == null) {
            parked = Thread.currentThread();
        } else {
            LockSupport.parkNanos(parkNs.getAsLong());
            parked = null;
        }
    }

    @Override
    public void reset() {
        idled = 0;
        if (parked != null) {
            parked = null;
        }
    }

    /**
     * Any thread. Costs a fence, and one look if nobody is parked, or about to: what was brought may be a store that is not
     * seen yet, and whoever is about to park would not see it, nor be seen.
     */
    void wake() {
        VarHandle.fullFence();
        Thread sleeper = parked;
        if (sleeper != null) {
            LockSupport.unpark(sleeper);
        }
    }

    @Override
    public String alias() {
        return "lockstep";
    }
}
