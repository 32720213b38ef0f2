package dev.lockstep.engine.replica;

import java.util.HashMap;
import java.util.Map;

/** Tells people what they should know of what lasts, and the same thing not again before a while. Owned by the replica's thread. */
final class Remarks {
    private static final long AGAIN_NS = 60_000_000_000L;
    private static final int MOST = 1000;

    private final Turn turn;
    private final ReplicaListener listener;
    private final Map<String, Long> toldNs = new HashMap<>();

    Remarks(Turn turn, ReplicaListener listener) {
        this.turn = turn;
        this.listener = listener;
    }

    void tell(String remark) {
        Long before = toldNs.get(remark);
        if (before == null || turn.nowNs() - before >= AGAIN_NS) {
            forgetIfTooMany();
            toldNs.put(remark, turn.nowNs());
            listener.onRemark(remark);
        }
    }

    private void forgetIfTooMany() {
        if (toldNs.size() >= MOST) {
            toldNs.clear();
        }
    }
}
