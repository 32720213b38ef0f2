package dev.lockstep.engine.observe;

import dev.lockstep.storage.Ownership;
import java.nio.ByteBuffer;
import org.agrona.collections.Int2ObjectHashMap;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;
import org.agrona.concurrent.status.CountersManager;
import org.agrona.concurrent.status.CountersReader;

/**
 * What a primary counts of each standby: made when one is shown first, and gone when it goes. Owned by the hot thread.
 * Where there is no room for more, the rest is not shown.
 */
public final class StandbyCounters {
    /** The counters' Agrona types; apart from {@link EngineCounter}'s. */
    static final int LAG_TYPE = 100;

    static final int LIVE_TYPE = 101;

    private record Shown(AtomicCounter lag, AtomicCounter live) {
        void close() {
            lag.close();
            live.close();
        }
    }

    private final CountersManager manager;
    private final Ownership ownership = new Ownership("the counters of the standbys");
    private final Int2ObjectHashMap<Shown> shown = new Int2ObjectHashMap<>();

    /** @param manager where they are made; see {@link CountersFile#counters} */
    public StandbyCounters(CountersManager manager) {
        this.manager = manager;
    }

    /**
     * Allocates nothing for one that was shown before.
     *
     * @param node the standby
     * @param lagIndices how many indices of the primary's log it has not acknowledged
     * @param isLive whether each frame goes to it as it is made
     */
    public void show(int node, long lagIndices, boolean isLive) {
        ownership.check();
        Shown its = shown.get(node);
        if (its == null) {
            its = make(node);
            shown.put(node, its);
        }
        its.lag.setRelease(lagIndices);
        its.live.setRelease(isLive ? 1 : 0);
    }

    private Shown make(int node) {
        AtomicCounter lag = make("standby " + node + " lag in indices", LAG_TYPE, node);
        return new Shown(lag, make("standby " + node + " live", LIVE_TYPE, node));
    }

    private AtomicCounter make(String label, int type, int node) {
        try {
            return manager.newCounter(label, type, key -> key.putInt(0, node));
        } catch (IllegalStateException full) {
            return new AtomicCounter(new UnsafeBuffer(ByteBuffer.allocateDirect(CountersReader.COUNTER_LENGTH)), 0);
        }
    }

    /**
     * A standby is none any more.
     *
     * @param node which one; nothing happens if it was not shown
     */
    public void forget(int node) {
        ownership.check();
        Shown its = shown.remove(node);
        if (its != null) {
            its.close();
        }
    }

    /** This node is no primary any more. */
    public void forgetAll() {
        ownership.check();
        shown.values().forEach(Shown::close);
        shown.clear();
    }
}
