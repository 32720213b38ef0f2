package dev.lockstep.engine.replica;

import org.agrona.collections.LongHashSet;

/** Reads that a node which is not the primary has asked the primary about. Owned by the replica's thread. */
final class ForwardedReads {
    private static final long UNKNOWN = -1;

    private final Core core;
    private final LongHashSet asked = new LongHashSet();
    private final LongHashSet expired = new LongHashSet();
    private long turnedNs;

    ForwardedReads(Core core) {
        this.core = core;
        this.turnedNs = core.turn.nowNs();
    }

    void ask(long id, int primary) {
        if (primary == Duty.NOBODY || !core.outbox.readRequest(primary, id)) {
            core.listener.onReadable(id, UNKNOWN);
        } else {
            asked.add(id);
        }
    }

    void onReply(long id, long index) {
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
