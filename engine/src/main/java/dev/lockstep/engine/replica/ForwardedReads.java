package dev.lockstep.engine.replica;

import org.agrona.collections.LongHashSet;

/**
 * Reads that a node which is not the primary has asked the primary about. Each process numbers its reads from 1 on, and the
 * primary may still have to answer the one before: what it is asked with is a number of this process alone (safety 12). Owned
 * by the replica's thread.
 */
final class ForwardedReads {
    private static final long UNKNOWN = -1;
    /** Odd, so that no two starts come to the same. */
    private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

    private final Core core;
    private final LongHashSet asked = new LongHashSet();
    private final LongHashSet expired = new LongHashSet();
    private final long mark;
    private long turnedNs;

    ForwardedReads(Core core) {
        this.core = core;
        this.mark = core.identity().value() ^ (core.promises.start() * MULTIPLIER);
        this.turnedNs = core.turn.nowNs();
    }

    void ask(long id, int primary) {
        if (primary == Duty.NOBODY || !core.outbox.readRequest(primary, id ^ mark)) {
            core.listener.onReadable(id, UNKNOWN);
        } else {
            asked.add(id);
        }
    }

    void onReply(long markedId, long index) {
        long id = markedId ^ mark;
        if (asked.remove(id) || expired.remove(id)) {
            core.listener.onReadable(id, index);
        }
    }

    /** Whoever was not answered for two timeouts is told so. */
    void onTick(int primary) {
        if (!core.turn.isSilent(turnedNs)) {
            return;
        }
        turnedNs = core.turn.nowNs();
        if (asked.isEmpty() && expired.isEmpty()) {
            return; // what tells them allocates
        }
        expired.forEach(id -> core.listener.onReadable(id, UNKNOWN));
        expired.clear();
        expired.addAll(asked);
        asked.clear();
    }

    void end() {
        asked.forEach(id -> core.listener.onReadable(id, UNKNOWN));
        expired.forEach(id -> core.listener.onReadable(id, UNKNOWN));
        asked.clear();
        expired.clear();
    }
}
