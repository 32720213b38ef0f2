package dev.lockstep.engine.replica;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.transport.Transport;

/**
 * How far the snapshots have come that other nodes are brought from here. Whoever begins the same one again has not come
 * farther until it has come farther than before: nobody is waited for that begins for ever. Owned by the replica's thread.
 */
final class Brought {
    /** Longer than a node waits for a chunk before it asks another one; in that time it may be asked for again. */
    private static final int PATIENCE_HEARTBEATS = 20;

    private static final class Transfer {
        private FrameRef snapshot = FrameRef.ORIGIN;
        private int farthest;
        private long cameNs;
    }

    private final Turn turn;
    private final Transfer[] transfers = new Transfer[Transport.MAX_NODE + 1];

    Brought(Turn turn) {
        this.turn = turn;
    }

    void onSent(int node, FrameRef snapshot, int number) {
        if (transfers[node] == null) {
            transfers[node] = new Transfer();
        }
        Transfer transfer = transfers[node];
        boolean isAnother = !transfer.snapshot.equals(snapshot);
        if (isAnother || number > transfer.farthest) {
            transfer.snapshot = snapshot;
            transfer.farthest = number;
            transfer.cameNs = turn.nowNs();
        }
    }

    /** @return whether it comes farther with one */
    boolean isUnderWay(int node) {
        Transfer transfer = transfers[node];
        return transfer != null && turn.nowNs() - transfer.cameNs <= PATIENCE_HEARTBEATS * turn.heartbeatNs();
    }
}
