package dev.lockstep.engine.replica;

import dev.lockstep.storage.Identity;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import java.util.BitSet;
import java.util.List;

/**
 * Which snapshot a primary has others fetch. One of a state that is wrong would make them wrong with it, until they are most,
 * and have their way: so it is one of a state that was compared since, and was right. Where nothing was compared for a while,
 * and nobody says otherwise, nobody is left to compare it with, and it is offered: a cluster that waits for a node must get
 * it. Owned by the primary's thread.
 */
final class OfferedSnapshots {
    /** States are compared once a second of the cluster's time, and where nothing happens a little later. */
    private static final int PATIENCE_HEARTBEATS = 100;

    private static final long LEAST_PATIENCE_NS = 2_000_000_000;

    /** While nobody is there to be offered anything, or this node stands still, nothing is compared, and no time counts. */
    private static final int PAUSE_HEARTBEATS = 4;

    private static final long LEAST_PAUSE_NS = 500_000_000;

    private final Core core;
    private final Standbys standbys;
    private final HeardCheckpoints own;
    /** What was compared last, when that was looked at last. */
    private long seenProvenIndex;

    private long lookedNs;
    /** Since when nothing was, though there was something to be. */
    private long waitingSinceNs;
    /** Who has come up since. */
    private final BitSet waitedFor = new BitSet();

    /** @param own what this node has said of its own state */
    OfferedSnapshots(Core core, Standbys standbys, HeardCheckpoints own) {
        this.own = own;
        this.core = core;
        this.standbys = standbys;
        this.lookedNs = core.turn.nowNs();
        this.waitingSinceNs = lookedNs;
    }

    /** Whoever is back may be compared with; who comes and goes all the time is waited for once. */
    void onLinkUp(int node) {
        Member member = core.config().at(node);
        if (member != null && member.isDataNode() && !waitedFor.get(node)) {
            waitedFor.set(node);
            waitingSinceNs = core.turn.nowNs();
        }
    }

    /** @return the newest one that a standby may have; null if there is none */
    SnapshotManifest newestFor(Standby standby) {
        return standby.snapshotNeed == SnapshotNeed.REBUILDING ? core.snapshots.newest() : newest();
    }

    /** @return the newest one that anybody may have; null if there is none */
    SnapshotManifest newest() {
        SnapshotManifest newest = core.snapshots.newest();
        boolean isGood = newest == null || !standbys.areCompared() || isProven(newest);
        long proven = core.applying.provenIndex();
        long nowNs = core.turn.nowNs();
        boolean isPaused = nowNs - lookedNs > Math.max(PAUSE_HEARTBEATS * core.turn.heartbeatNs(), LEAST_PAUSE_NS);
        lookedNs = nowNs;
        if (isGood || isPaused || proven != seenProvenIndex) {
            seenProvenIndex = proven;
            waitFrom(nowNs);
        }
        if (isGood) {
            return newest;
        }
        if (isDoubtful()) {
            waitFrom(nowNs); // whoever says otherwise may be gone for a moment only
            return newestProven();
        }
        long patienceNs = Math.max(PATIENCE_HEARTBEATS * core.turn.heartbeatNs(), LEAST_PATIENCE_NS);
        return nowNs - waitingSinceNs > patienceNs ? newest : newestProven();
    }

    private void waitFrom(long nowNs) {
        waitingSinceNs = nowNs;
        waitedFor.clear();
    }

    private boolean isProven(SnapshotManifest snapshot) {
        return snapshot.last().index() < core.applying.provenIndex(); // what broke behind it shows by then
    }

    /** Until it is settled who is right, or whoever said otherwise is a member no more, or has lost what it said that of. */
    private boolean isDoubtful() {
        CheckpointVotes dispute = core.applying.dispute();
        return core.hasDrifted()
                || isContradicted()
                || (dispute != null
                        && dispute.index() > fork()
                        && dispute.isDisputedAmong((node, identity) -> hasStill(node, identity, dispute.index())));
    }

    /** While nothing can be committed the log does not say so. */
    private boolean isContradicted() {
        for (Standby each : standbys.all()) {
            long index = each.checkpoints.newestCommon(own);
            boolean isSame = index == 0 || each.checkpoints.tells(index, own.hash(index));
            boolean isSettled = index <= core.applying.provenIndex() || each.snapshotNeed == SnapshotNeed.REBUILDING;
            if (!isSame && !isSettled && hasStill(each.node, each.identity, index)) {
                return true;
            }
        }
        return false;
    }

    /** Whoever founded the epoch has decided that what its first node has is right. */
    private long fork() {
        List<Fork> lineage = core.config().lineage();
        return lineage.isEmpty() ? 0 : lineage.get(lineage.size() - 1).last().index();
    }

    private boolean hasStill(int node, Identity identity, long index) {
        Member member = core.config().at(node);
        Standby standby = standbys.at(node);
        return member != null
                && member.identity().equals(identity)
                && !core.peers.isReplaced(node, identity)
                && (standby == null || standby.endIndex >= index);
    }

    /** It is of use if the log goes on from there. */
    private SnapshotManifest newestProven() {
        SnapshotManifest proven = core.snapshots.newestUpTo(core.applying.provenIndex() - 1);
        return proven != null && proven.last().index() >= core.log.base().index() ? proven : null;
    }
}
