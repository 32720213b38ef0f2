package dev.lockstep.engine.replica;

/**
 * Shows the members that their primary is there, and how far the commit has come, when nothing else says so. Owned by the
 * primary's thread.
 */
final class Pulse {
    /** A standby that hears nothing else is told of a commit after that long. */
    private static final long COMMIT_NOTICE_NS = 1_000_000;

    private final Core core;
    private final Standbys standbys;
    private final ReadRounds reads;
    private final SnapshotRounds snapshots;
    private final OfferedSnapshots offered;
    private long beatNs;
    private long commitNewsNs;

    Pulse(Core core, Standbys standbys, ReadRounds reads, SnapshotRounds snapshots, OfferedSnapshots offered) {
        this.offered = offered;
        this.snapshots = snapshots;
        this.core = core;
        this.standbys = standbys;
        this.reads = reads;
    }

    void onCommitted() {
        commitNewsNs = core.turn.nowNs();
    }

    /** @return whether a beat was due */
    boolean onTick() {
        if (core.turn.nowNs() - beatNs >= core.turn.heartbeatNs() || reads.isRoundDue()) {
            beat();
            return true;
        }
        if (core.turn.nowNs() - commitNewsNs >= COMMIT_NOTICE_NS) {
            tellCommit();
        }
        return false;
    }

    void beat() {
        beatNs = core.turn.nowNs();
        for (Standby standby : standbys.all()) {
            say(standby);
        }
        reads.onRoundSent();
    }

    private void tellCommit() {
        for (Standby standby : standbys.all()) {
            if (standby.keepsLog() && standby.toldCommit < core.commit.index()) {
                say(standby);
            }
        }
    }

    private void say(Standby standby) {
        boolean isSaid = core.peers.isUp(standby.node)
                && core.outbox.heartbeat(
                        standby.node,
                        core.commit.index(),
                        reads.round(),
                        snapshots.isTurnOf(standby),
                        offered.newestFor(standby));
        if (isSaid) {
            standby.toldCommit = core.commit.index();
        }
    }
}
