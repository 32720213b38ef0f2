package dev.lockstep.engine.replica;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.snapshot.SnapshotManifest;

/**
 * Lets the standbys take snapshots, one at a time, and has the primary fetch the newest one, for its own recovery: while
 * there is a standby that could, the primary takes none itself (DESIGN 7). Owned by the primary's thread.
 */
final class SnapshotRounds {
    /** Whoever has the turn, and does not begin in so many heartbeats, leaves it to the next one; the last is the primary. */
    private static final int PATIENCE_HEARTBEATS = 20;

    /** So long a primary waits for one that another node takes. */
    private static final int FORGOTTEN_HEARTBEATS = 400;

    /** It is trusted once it was compared, which takes some seconds. */
    private static final long LEAST_FORGOTTEN_NS = 12_000_000_000L;

    private final Core core;
    private final Standbys standbys;
    private final SnapshotFetcher fetcher;
    private final SnapshotServer server;
    private final CheckpointRounds checkpoints;
    /** Whose turn it is, or was last. */
    private int turn = Duty.NOBODY;

    private boolean isTurn;
    private long begunNs;
    /** Since when this node has known of nobody else who could. */
    private long aloneSinceNs;
    /** Since when one is due here, and nobody takes or brings one. */
    private long wantedSinceNs;

    SnapshotRounds(
            Core core,
            Standbys standbys,
            SnapshotFetcher fetcher,
            SnapshotServer server,
            CheckpointRounds checkpoints) {
        this.server = server;
        this.checkpoints = checkpoints;
        this.core = core;
        this.standbys = standbys;
        this.fetcher = fetcher;
        this.aloneSinceNs = core.turn.nowNs();
        this.wantedSinceNs = aloneSinceNs;
    }

    boolean isTurnOf(Standby standby) {
        return isTurn && standby.node == turn;
    }

    /** At each heartbeat: what the others say of themselves is as old as that. */
    void onBeat() {
        if (isTurn && isOver(standbys.current(turn))) {
            isTurn = false;
        }
        boolean isThereOne = false;
        boolean isOneTaking = false;
        FrameRef newest = FrameRef.ORIGIN;
        int holder = Duty.NOBODY;
        for (Standby each : standbys.all()) {
            if (isUsable(each)) {
                isThereOne = true;
                isOneTaking |= each.snapshotNeed == SnapshotNeed.TAKING; // in the reign before, or on demand
                boolean isTrusted = checkpoints.vets(each, each.snapshot.index());
                if (isTrusted && each.snapshot.index() > newest.index()) {
                    newest = each.snapshot;
                    holder = each.node;
                }
            }
        }
        boolean isHeld = isOneTaking || isBringing();
        if (!isTurn && !isHeld && !fetcher.isFetching()) { // or what is fetched would be gone before all of it has come
            passTurn();
        }
        if (isThereOne) {
            aloneSinceNs = core.turn.nowNs();
            fetch(holder, newest);
        }
        boolean isComing = isThereOne && (isTurn || isOneTaking || fetcher.isFetching());
        if (core.snapshots.need() != SnapshotNeed.WANTED || isComing || isBringing()) {
            wantedSinceNs = core.turn.nowNs();
        }
        if ((isAlone() || isForgotten()) && !isBringing()) {
            if (core.snapshots.need() == SnapshotNeed.WANTED) {
                fetcher.drop(); // whoever brought one is gone, or brings nothing
            }
            core.snapshots.take();
        }
    }

    /**
     * A member is brought one: two newer ones would push it out before all of it is there, and then the next, for ever.
     * Where the journal has no room for that long, whoever applies takes one all the same.
     */
    private boolean isBringing() {
        for (Standby each : standbys.all()) {
            boolean isInNeed = each.pace == Standby.Pace.SNAPSHOT || !each.snapshotNeed.isApplying();
            if (isInNeed && core.peers.isUp(each.node) && server.isBringing(each.node)) {
                return true;
            }
        }
        return false;
    }

    /** There are others, and of what they take nothing can be trusted, or nothing comes: this node's log must be cut, too. */
    private boolean isForgotten() {
        long patienceNs = Math.max(FORGOTTEN_HEARTBEATS * core.turn.heartbeatNs(), LEAST_FORGOTTEN_NS);
        return core.turn.nowNs() - wantedSinceNs > patienceNs;
    }

    /** When a reign begins none of the others is live yet, and who has just taken over must not stand still to save. */
    private boolean isAlone() {
        return standbys.all().length == 0 || hasPassed(aloneSinceNs);
    }

    private boolean hasPassed(long sinceNs) {
        return core.turn.nowNs() - sinceNs > PATIENCE_HEARTBEATS * core.turn.heartbeatNs();
    }

    private boolean isUsable(Standby standby) {
        return standby.isLive()
                && standby.keepsLog()
                && standby.snapshotNeed.isApplying()
                && core.peers.isUp(standby.node);
    }

    private boolean isOver(Standby standby) {
        if (standby == null || !isUsable(standby)) {
            return true;
        }
        return switch (standby.snapshotNeed) {
            case NONE, UNABLE, REBUILDING -> true;
            case WANTED -> hasPassed(begunNs);
            case TAKING -> false;
        };
    }

    /** To the next one behind who had it last. */
    private void passTurn() {
        Standby next = null;
        for (Standby each : standbys.all()) {
            boolean isNearer = next == null || distance(each) < distance(next);
            if (each.snapshotNeed == SnapshotNeed.WANTED && isUsable(each) && isNearer) {
                next = each;
            }
        }
        if (next != null) {
            turn = next.node;
            isTurn = true;
            begunNs = core.turn.nowNs();
        }
    }

    private int distance(Standby standby) {
        int behind = standby.node - turn;
        return behind > 0 ? behind : behind + Integer.MAX_VALUE / 2;
    }

    private void fetch(int holder, FrameRef newest) {
        SnapshotManifest own = core.snapshots.newest();
        if (holder != Duty.NOBODY && (own == null || newest.index() > own.last().index())) {
            fetcher.keep(holder, newest);
        }
    }
}
