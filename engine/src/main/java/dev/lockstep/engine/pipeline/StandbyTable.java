package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.StandbyStatus;
import dev.lockstep.engine.observe.EngineCounter;
import dev.lockstep.engine.observe.EngineCounters;
import dev.lockstep.engine.observe.FlightEvents;
import dev.lockstep.engine.observe.StandbyCounters;
import dev.lockstep.engine.replica.Config;
import dev.lockstep.engine.replica.Member;
import dev.lockstep.engine.replica.Replica;
import dev.lockstep.engine.replica.StandbyView;
import dev.lockstep.transport.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;

/** What a primary knows of the others. Written by the hot thread, a few times a heartbeat at most; read by any. */
final class StandbyTable implements StandbyView {
    private static final long PERIOD_NS = 10_000_000;
    private static final int IS_SHOWN = 0;
    private static final int IS_LIVE = 1;
    private static final int MATCHED = 2;
    private static final int FLUSHED = 3;
    private static final int HEARD = 4;
    private static final int FIELDS = 5;

    private final AtomicLongArray fields = new AtomicLongArray((Transport.MAX_NODE + 1) * FIELDS);
    private final StandbyCounters standbyCounters;
    private final EngineCounters counters;
    private long appendedIndex;
    private long shownNs;
    private boolean isEmpty = true;

    StandbyTable(StandbyCounters standbyCounters, EngineCounters counters) {
        this.standbyCounters = standbyCounters;
        this.counters = counters;
    }

    // ---- the hot thread

    void onTurn(Replica replica, long lastIndex, long nowNs) {
        if (nowNs - shownNs >= PERIOD_NS) {
            shownNs = nowNs;
            appendedIndex = lastIndex;
            replica.showStandbys(this);
        }
    }

    @Override
    public void onStandby(int node, boolean isLive, long matchedIndex, long flushedIndex, long heardNs) {
        int at = node * FIELDS;
        boolean wasLive = fields.get(at + IS_LIVE) != 0;
        if (wasLive && !isLive) {
            counters.increment(EngineCounter.CATCH_UPS);
            FlightEvents.catchUp(node, matchedIndex + 1);
        }
        fields.setRelease(at + MATCHED, matchedIndex);
        fields.setRelease(at + FLUSHED, flushedIndex);
        fields.setRelease(at + HEARD, heardNs);
        fields.setRelease(at + IS_LIVE, isLive ? 1 : 0);
        fields.setRelease(at + IS_SHOWN, 1);
        standbyCounters.show(node, Math.max(0, appendedIndex - matchedIndex), isLive);
        isEmpty = false;
    }

    /** @return whether there is one that each frame goes to as it is made; false where this node is not the primary */
    boolean isOneLive() {
        boolean isOne = false;
        for (int at = 0; at < fields.length() && !isEmpty; at += FIELDS) {
            isOne |= fields.get(at + IS_LIVE) != 0;
        }
        return isOne;
    }

    /** This node is the primary no longer, or another is a member. */
    void clear() {
        if (isEmpty) {
            return;
        }
        isEmpty = true;
        for (int at = 0; at < fields.length(); at += FIELDS) {
            fields.setRelease(at + IS_SHOWN, 0);
            fields.setRelease(at + IS_LIVE, 0);
        }
        standbyCounters.forgetAll();
    }

    // ---- any thread

    List<StandbyStatus> describe(Config config, long lastIndex, long nowNs) {
        List<StandbyStatus> all = new ArrayList<>();
        for (Member each : config.members()) {
            int at = each.node() * FIELDS;
            if (fields.getAcquire(at + IS_SHOWN) != 0) {
                long matched = fields.getAcquire(at + MATCHED);
                all.add(new StandbyStatus(
                        ListedMember.ofAddress(each.node(), each.address()).name(),
                        fields.getAcquire(at + IS_LIVE) != 0,
                        matched,
                        fields.getAcquire(at + FLUSHED),
                        Math.max(0, lastIndex - matched),
                        Math.max(0, nowNs - fields.getAcquire(at + HEARD))));
            }
        }
        return all;
    }
}
