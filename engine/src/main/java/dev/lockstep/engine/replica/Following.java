package dev.lockstep.engine.replica;

import dev.lockstep.engine.Role;
import dev.lockstep.engine.sbe.AppendDecoder;
import dev.lockstep.engine.sbe.HeartbeatDecoder;
import dev.lockstep.engine.sbe.RecoverReplyDecoder;
import dev.lockstep.engine.sbe.SnapshotOfferDecoder;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import org.agrona.DirectBuffer;

/**
 * Follows the primary of one term, or waits for one; whoever hears none for too long campaigns. Owned by the replica's
 * thread; a new one for each term.
 */
final class Following extends Duty {
    private final Core core;
    private final Stage stage;
    private final Cutter cutter;
    private final Damages damages;
    private final SnapshotFetcher fetcher;
    private final ForwardedReads reads;
    /** Null until the primary of the term is heard. */
    private LogReceiver receiver;

    private Recovery recovery;
    private long heardNs;
    /** Whether it was heard since the last turn: what came in between came later than that one. */
    private boolean isHeardSince;

    private long patienceNs;
    /** Whether it lets all others go first. */
    private boolean isLast;

    private long electionNs;

    Following(Core core, Stage stage, Cutter cutter, Damages damages, SnapshotFetcher fetcher) {
        this.core = core;
        this.stage = stage;
        this.cutter = cutter;
        this.damages = damages;
        this.fetcher = fetcher;
        this.reads = new ForwardedReads(core);
        losePatience();
    }

    @Override
    Role role() {
        return core.isDataNode() ? Role.STANDBY : Role.OBSERVER;
    }

    @Override
    int primary() {
        return receiver == null ? NOBODY : receiver.primary();
    }

    @Override
    boolean hearsPrimary() {
        return receiver != null && !core.turn.isSilent(heardNs);
    }

    /** If it is the primary this node waits no longer than others might. */
    @Override
    void onSuspicion(int node) {
        if (node == primary() && !core.hasDrifted()) {
            electionNs = Math.min(electionNs, core.turn.nextHastenedElectionNs());
        }
    }

    /** Whoever got the vote is given its time. */
    @Override
    void onVoted() {
        waitAnew();
    }

    private void waitAnew() {
        electionNs = core.turn.nowNs() + patienceNs;
    }

    /** A node that elects itself alone waits for nobody. */
    private void losePatience() {
        boolean isAlone = core.config() != null && core.majority() == 1 && core.isDataNode();
        isLast = core.hasDrifted();
        patienceNs = isAlone ? 0 : core.turn.nextPatienceNs(isLast);
        waitAnew();
    }

    private void hear(int from) {
        if (receiver == null) {
            receiver = new LogReceiver(core, cutter, damages, from);
            recovery = new Recovery(core, receiver);
        }
        Invariant.check(receiver.primary() == from, "two primaries in one term", receiver.primary(), from);
        heardNs = core.turn.nowNs();
        isHeardSince = true;
    }

    @Override
    void onAppend(int from, AppendDecoder message, DirectBuffer buffer, int offset, int length) {
        hear(from);
        if (!damages.isPending() && !fetcher.isInstalling()) {
            receiver.onAppend(message, buffer, offset, length);
        }
    }

    @Override
    void onHeartbeat(int from, HeartbeatDecoder message) {
        hear(from);
        receiver.commitTo(message.commit());
        if (message.isSnapshotTurn() != 0) {
            core.snapshots.take();
        }
        if (core.applying.isInNeed()) {
            keepNewer(from, FrameRefs.read(message.snapshot()));
        }
        core.outbox.heartbeatReply(
                from, message.round(), core.snapshots.need(), core.snapshots.newest(), committedCheckpoint());
    }

    /** What was applied ahead of the commit, as a primary in ASYNC, may be taken back. */
    private Checkpoint committedCheckpoint() {
        Checkpoint newest = core.applying.checkpoint();
        return newest.index() <= core.commit.index() ? newest : Checkpoint.NONE;
    }

    private void keepNewer(int from, FrameRef offered) {
        SnapshotManifest own = core.snapshots.newest();
        if (offered.index() > (own == null ? 0 : own.last().index())) {
            fetcher.keep(from, offered);
        }
    }

    @Override
    void onTakeOver(int from) {
        if (mayCampaign()) {
            stage.campaign(true);
        }
    }

    @Override
    void onRecoverReply(int from, RecoverReplyDecoder message) {
        if (from == primary()) {
            recovery.onReply(message.nonce(), message.lastIndex());
        }
    }

    @Override
    void onSnapshotOffer(int from, SnapshotOfferDecoder message) {
        hear(from);
        FrameRef offered = FrameRefs.read(message.snapshot());
        fetcher.onOffer(from, offered);
        if (!fetcher.isAwaited(offered)) {
            core.outbox.appendReply(from, AppendVerdict.GAP, core.log.lastIndex(), 0, core.commit.index());
        }
    }

    @Override
    void onTick() {
        if (core.turn.wasLate()) {
            forgive();
        }
        if (isHeardSince) {
            isHeardSince = false;
            heardNs = core.turn.nowNs();
            waitAnew();
        }
        if (receiver != null) {
            receiver.acknowledge();
            recovery.onTick();
        }
        reads.onTick(primary());
        if (core.turn.nowNs() >= electionNs) {
            boolean isTooEarly = core.hasDrifted() && !isLast; // it has found out while it waited
            losePatience();
            if (!isTooEarly && mayCampaign()) {
                stage.campaign(false);
            }
        }
    }

    /** This node did nothing for a while: that the primary was not heard is its own fault. */
    private void forgive() {
        heardNs = Math.max(heardNs, core.turn.graceNs());
        electionNs = Math.max(electionNs, core.turn.nowNs() + core.turn.heartbeatNs());
    }

    /** @return whether this node could be primary, as far as it knows */
    private boolean mayCampaign() {
        return core.isDataNode() && core.isLogOfThisEpoch() && !core.promises.isRecovering() && !damages.isPending();
    }

    @Override
    void onReadReply(int from, long id, long index) {
        reads.onReply(id, index);
    }

    @Override
    void read(long id) {
        reads.ask(id, primary());
    }

    @Override
    void end() {
        reads.end();
    }
}
