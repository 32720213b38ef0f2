package dev.lockstep.engine.replica;

import dev.lockstep.engine.sbe.AppendReplyDecoder;
import dev.lockstep.engine.sbe.FrameRefDecoder;
import dev.lockstep.engine.sbe.HeartbeatReplyDecoder;
import dev.lockstep.engine.sbe.RecoverDecoder;
import dev.lockstep.storage.Invariant;

/** What the members say of themselves and of their logs, and whether it counts. Owned by the primary's thread. */
final class Reports {
    private final Core core;
    private final Standbys standbys;
    private final Replicator replicator;
    private final Quorum quorum;

    Reports(Core core, Standbys standbys, Replicator replicator, Quorum quorum) {
        this.core = core;
        this.standbys = standbys;
        this.replicator = replicator;
        this.quorum = quorum;
    }

    void onLinkUp(int node) {
        Standby standby = standbys.current(node);
        if (standby == null) {
            return;
        }
        if (core.peers.start(node) != standby.start) {
            forget(standby);
            standby.stateMachineVersion = 0;
            standby.checkpoints.clear();
            standby.soundIndex = 0;
            standby.snapshotNeed = SnapshotNeed.NONE;
        }
        replicator.begin(standby);
    }

    /** A new start of it has come, or it has found damage: it may have lost what it had. */
    private void forget(Standby standby) {
        quorum.forget(standby.node);
        standby.matchedIndex = 0;
        standby.flushedIndex = 0;
        standby.endIndex = Standby.UNKNOWN;
    }

    /** @return whether more may be committed now */
    boolean onAppendReply(int from, AppendReplyDecoder message) {
        Standby standby = standbys.current(from);
        AppendVerdict verdict = AppendVerdict.of(message.verdict());
        if (standby == null || verdict == null || !standby.keepsLog()) {
            return false; // safety 17: whoever the configuration does not name counts for nothing
        }
        standby.heardNs = core.turn.nowNs();
        standby.isWhole = message.isWhole() != 0;
        long index = message.index();
        boolean isNews = false;
        switch (verdict) {
            case MATCHED -> isNews = onMatched(standby, index, message.flushedIndex());
            case GAP -> onGap(standby, index);
            case OTHER_HISTORY -> replicator.onOtherHistory(standby, index, message.commit());
            case BEFORE_BASE -> replicator.onBeforeBase(standby, index);
            case NO_ROOM -> replicator.onNoRoom(standby, index);
        }
        return isNews;
    }

    private boolean onMatched(Standby standby, long index, long flushedIndex) {
        Invariant.check(
                index <= core.log.lastIndex(), "a standby holds more than was sent", core.log.lastIndex(), index);
        standby.progressNs = index > standby.matchedIndex ? core.turn.nowNs() : standby.progressNs;
        standby.endIndex = Standby.UNKNOWN;
        standby.matchedIndex = Math.max(standby.matchedIndex, index);
        standby.flushedIndex = Math.max(standby.flushedIndex, flushedIndex);
        standby.remember(core.isFlushedOnly() ? flushedIndex : index);
        boolean isNews = counts(standby) && quorum.onMatched(standby.node, index, flushedIndex);
        replicator.onMatched(standby, index);
        return isNews && index > core.commit.index();
    }

    /** Who may have forgotten what it acknowledges proves nothing (safety 15). */
    private boolean counts(Standby standby) {
        return standby.isWhole;
    }

    private void onGap(Standby standby, long lastIndex) {
        standby.endIndex = lastIndex;
        if (offersLess(standby, lastIndex)) {
            core.refuse(
                    standby.node,
                    "offers its log up to index " + lastIndex + ", and has acknowledged " + standby.rememberedIndex);
            onRefused(standby.node);
        } else {
            replicator.onGap(standby, lastIndex);
        }
    }

    /** Within one start a message may come late; and whoever has lost something and says so is to be helped (PROTOCOL B). */
    private static boolean offersLess(Standby standby, long lastIndex) {
        return standby.isWhole && standby.isNewStart() && lastIndex < standby.rememberedIndex;
    }

    /** What it acknowledged and confirmed proves nothing any more, and it is neither heard nor waited for. */
    void onRefused(int node) {
        Standby standby = standbys.at(node);
        if (standby != null) {
            forget(standby);
            standby.isWhole = false;
            standby.confirmedRound = 0;
            standby.heardNs = core.turn.nowNs() - core.turn.electionTimeoutNs();
            standby.pace(Standby.Pace.PROBE);
        }
    }

    void onHeartbeatReply(int from, HeartbeatReplyDecoder message) {
        Standby standby = standbys.current(from);
        if (standby != null) {
            standby.heardNs = core.turn.nowNs();
            standby.confirmedRound = Math.max(standby.confirmedRound, message.round());
            standby.stateMachineVersion = message.stateMachineVersion();
            standby.snapshotNeed = SnapshotNeed.of(message.snapshotNeed());
            standby.checkpoints.hear(message.checkpointIndex(), message.checkpointHash(), core.turn.nowNs());
            FrameRefDecoder snapshot = message.snapshot();
            if (snapshot.index() != standby.snapshot.index()) {
                standby.snapshot = FrameRefs.read(snapshot);
            }
            if (standby.isLive() && !standby.isWhole && message.isWhole() != 0) {
                replicator.begin(standby); // what it said of itself last was overtaken: ask again what it has
            }
        }
    }

    void onRecover(int from, RecoverDecoder message) {
        Standby standby = standbys.current(from);
        if (standby != null && standby.recoverNonce != message.nonce()) {
            standby.recoverNonce = message.nonce();
            standby.isWhole = false;
            forget(standby);
            replicator.begin(standby);
        }
        core.outbox.recoverReply(from, message.nonce(), core.log.lastIndex());
    }
}
