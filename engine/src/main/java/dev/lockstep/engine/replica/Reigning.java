package dev.lockstep.engine.replica;

import dev.lockstep.engine.sbe.AppendDecoder;
import dev.lockstep.engine.sbe.AppendReplyDecoder;
import dev.lockstep.engine.sbe.HeartbeatReplyDecoder;
import dev.lockstep.engine.sbe.RecoverDecoder;
import dev.lockstep.engine.sbe.RegisterReplyDecoder;
import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.frame.FrameEncoder;
import dev.lockstep.storage.frame.FrameType;
import org.agrona.DirectBuffer;

/** Is the primary of one term. Owned by the replica's thread; a new one for each reign. */
final class Reigning extends Duty implements Acknowledgements.Reached {
    /** A standby that hears nothing else is told of a commit after that long. */
    private static final long COMMIT_NOTICE_NS = 1_000_000;

    private static final int AWAITED = 1 << 14;

    private final Core core;
    private final Stage stage;
    private final Standbys standbys;
    private final Replicator replicator;
    private final Quorum quorum;
    private final WitnessLeash leash;
    private final Sequencer sequencer;
    private final Handover handover;
    private final ReadRounds reads;
    private final Acknowledgements acknowledgements;
    private final Voices voices;
    /** The first index of this reign; zero until there was room for it. */
    private long noOpIndex;

    private long begunNs;
    private long heartbeatNs;
    private long commitNewsNs;
    private boolean isLonely;

    Reigning(Core core, Stage stage, Told told, long wallClockNs) {
        this.core = core;
        this.stage = stage;
        this.standbys = new Standbys(core);
        this.replicator = new Replicator(core, standbys);
        this.quorum = new Quorum(core);
        this.leash = new WitnessLeash(core, quorum, standbys);
        this.sequencer = new Sequencer(core, replicator, new ClusterTime(core, wallClockNs));
        this.handover = new Handover(core);
        this.reads = new ReadRounds(core);
        this.acknowledgements = new Acknowledgements(AWAITED, this, told, core.listener);
        this.voices = new Voices(core, standbys);
        this.begunNs = core.turn.nowNs();
    }

    @Override
    Role role() {
        return Role.PRIMARY;
    }

    @Override
    boolean hearsPrimary() {
        return true;
    }

    @Override
    int primary() {
        return core.self();
    }

    void begin() {
        onConfigs();
        for (Standby each : standbys.all()) {
            if (core.peers.isUp(each.node)) {
                replicator.begin(each);
            }
        }
        beat();
        onTick();
    }

    private void onConfigs() {
        standbys.onConfigs();
        quorum.onConfigs();
    }

    @Override
    void onLinkUp(int node) {
        Standby standby = standbys.current(node);
        if (standby == null) {
            return;
        }
        if (core.peers.start(node) != standby.start) {
            forget(standby);
        }
        replicator.begin(standby);
    }

    /** A new start of it has come: it may have lost what it had. */
    private void forget(Standby standby) {
        quorum.forget(standby.node);
        standby.matchedIndex = 0;
        standby.flushedIndex = 0;
    }

    @Override
    void onTick() {
        if (core.turn.wasLate()) {
            voices.forgive();
            begunNs = Math.max(begunNs, core.turn.graceNs());
        }
        if (noOpIndex == 0 && !beginReign()) {
            waitForRoom();
            return;
        }
        replicator.onTick();
        leash.onTick(noOpIndex);
        countOwn();
        commit();
        handover.onTick(standbys);
        acknowledgements.onTick(core.turn.nowNs());
        beatIfDue();
        if (reads.isAwaited()) {
            reads.onConfirmed(voices.confirmedRound(reads.round()), committedInThisReign());
            expireReads();
        }
        judgeQuorum();
    }

    /** Whoever asked while this node stood still was not kept waiting by the others. */
    private void expireReads() {
        if (!core.turn.wasLate()) {
            reads.expire();
        }
    }

    /** There is no room for the first frame: nobody is served, so nobody should have to wait for this node for long. */
    private void waitForRoom() {
        beatIfDue();
        if (core.turn.isSilent(begunNs)) {
            stage.follow();
        }
    }

    private boolean beginReign() {
        long index = sequencer.appendNoOp();
        noOpIndex = Math.max(0, index);
        return noOpIndex > 0;
    }

    private long committedInThisReign() {
        return core.commit.index() >= noOpIndex ? core.commit.index() : 0;
    }

    /** A primary that enough voters do not answer serves nobody (safety 13); in ASYNC it goes on alone, and says so. */
    private void judgeQuorum() {
        boolean isHeardByQuorum = voices.isMajorityHeard();
        if (!isHeardByQuorum && core.config().mode() == Mode.SYNC) {
            stage.follow();
        } else if (isLonely == isHeardByQuorum) {
            isLonely = !isHeardByQuorum;
            core.listener.onRemark(
                    isLonely
                            ? "this primary has lost its quorum, and goes on alone: what it accepts may have to be taken back"
                            : "this primary has its quorum again");
        }
    }

    boolean isLonely() {
        return isLonely;
    }

    // ---- what it makes

    /** @return whether a frame may be proposed now */
    boolean isOpen() {
        return noOpIndex > 0 && !handover.isUnderWay();
    }

    void begin(FrameEncoder encoder, FrameType type) {
        sequencer.begin(encoder, type);
    }

    /** @return its last index, or {@link Sequencer#NO_ROOM} */
    long propose(FrameEncoder encoder) {
        long index = sequencer.append(encoder);
        if (index != Sequencer.NO_ROOM) {
            countOwn();
            commit();
        }
        return index;
    }

    long proposeTimer() {
        return sequencer.appendTimer();
    }

    boolean await(long index, AckLevel level, long deadlineNs) {
        return acknowledgements.await(index, level, deadlineNs);
    }

    /** @return whether it was appended; then it is in force */
    boolean propose(Config config) {
        boolean isAppended = sequencer.appendConfig(config) != Sequencer.NO_ROOM;
        if (isAppended) {
            onConfigs();
            countOwn();
            commit();
        }
        return isAppended;
    }

    /** @return whether a CONFIG may be proposed: the reign has committed something, and no other one is open (safety 31) */
    boolean mayChangeConfig() {
        return hasCommittedInThisReign() && !core.configs.isOneUncommitted(core.commit.index());
    }

    private boolean hasCommittedInThisReign() {
        return noOpIndex > 0 && core.commit.index() >= noOpIndex;
    }

    void handOver(int node) {
        handover.begin(node);
    }

    Standby standby(int node) {
        return standbys.current(node);
    }

    // ---- what is committed

    /** The primary counts itself only for what it has, and has noted first. */
    private void countOwn() {
        long last = core.log.lastIndex();
        long flushed = core.log.flushedIndex();
        boolean isFlushedOnly = core.isFlushedOnly();
        if (last > flushed && !isFlushedOnly) {
            core.promises.beDirty();
        }
        core.commit.promise(isFlushedOnly ? flushed : last);
        quorum.onMatched(core.self(), last, flushed);
    }

    private void commit() {
        long held = quorum.held();
        int configs = core.configs.count();
        if (isOfThisReign(held) && core.commitTo(held)) {
            commitNewsNs = core.turn.nowNs();
            if (core.configs.count() != configs) {
                onConfigs();
            }
        }
    }

    /** Only frames of this term are counted; what came before is committed with them (safety 5). */
    private boolean isOfThisReign(long index) {
        return noOpIndex > 0 && index >= noOpIndex;
    }

    @Override
    public long reached(AckLevel level) {
        long commit = core.commit.index();
        return switch (level) {
            case NONE -> Long.MAX_VALUE;
            case LOCAL_APPENDED -> core.log.lastIndex();
            case LOCAL_FLUSHED -> core.log.flushedIndex();
            case QUORUM_APPENDED -> commit;
            case QUORUM_FLUSHED -> Math.min(commit, quorum.heldFlushed());
            case ALL_APPENDED -> Math.min(commit, voices.heldByAllLive(false));
            case ALL_FLUSHED ->
                Math.min(
                        Math.min(reached(AckLevel.QUORUM_FLUSHED), core.log.flushedIndex()),
                        voices.heldByAllLive(true));
        };
    }

    @Override
    void onFlushed() {
        countOwn();
        commit();
    }

    // ---- what it hears

    @Override
    void onAppendReply(int from, AppendReplyDecoder message) {
        Standby standby = standbys.current(from);
        AppendVerdict verdict = AppendVerdict.of(message.verdict());
        if (standby == null || verdict == null || !standby.keepsLog()) {
            return; // safety 17: whoever the configuration does not name counts for nothing
        }
        standby.heardNs = core.turn.nowNs();
        standby.isWhole = message.isWhole() != 0;
        long index = message.index();
        switch (verdict) {
            case MATCHED -> onMatched(standby, index, message.flushedIndex());
            case GAP -> onGap(standby, index);
            case OTHER_HISTORY -> replicator.onOtherHistory(standby, index, message.commit());
            case BEFORE_BASE -> replicator.onBeforeBase(standby, index);
            case NO_ROOM -> replicator.onNoRoom(standby, index);
        }
    }

    private void onMatched(Standby standby, long index, long flushedIndex) {
        Invariant.check(
                index <= core.log.lastIndex(), "a standby holds more than was sent", core.log.lastIndex(), index);
        standby.progressNs = index > standby.matchedIndex ? core.turn.nowNs() : standby.progressNs;
        standby.matchedIndex = Math.max(standby.matchedIndex, index);
        standby.flushedIndex = Math.max(standby.flushedIndex, flushedIndex);
        standby.remember(core.isFlushedOnly() ? flushedIndex : index);
        if (counts(standby) && quorum.onMatched(standby.node, index, flushedIndex)) {
            commit();
        }
        replicator.onMatched(standby, index);
    }

    /** Who may have forgotten what it acknowledges proves nothing (safety 15). */
    private boolean counts(Standby standby) {
        return standby.isWhole;
    }

    private void onGap(Standby standby, long lastIndex) {
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

    /** What it acknowledged it may not have any more, and it is not waited for. */
    @Override
    void onRefused(int node) {
        Standby standby = standbys.at(node);
        if (standby != null) {
            forget(standby);
            standby.pace(Standby.Pace.PROBE);
        }
    }

    @Override
    void onHeartbeatReply(int from, HeartbeatReplyDecoder message) {
        Standby standby = standbys.current(from);
        if (standby != null) {
            standby.heardNs = core.turn.nowNs();
            standby.confirmedRound = Math.max(standby.confirmedRound, message.round());
        }
    }

    @Override
    void onRecover(int from, RecoverDecoder message) {
        Standby standby = standbys.current(from);
        if (standby != null && standby.recoverNonce != message.nonce()) {
            standby.recoverNonce = message.nonce();
            standby.isWhole = false;
            forget(standby); // it has lost something since it acknowledged it
            replicator.begin(standby);
        }
        core.outbox.recoverReply(from, message.nonce(), core.log.lastIndex());
    }

    @Override
    void onRegisterReply(int from, RegisterReplyDecoder message) {
        Standby witness = standbys.current(from);
        if (witness != null && witness.kind == MemberKind.WITNESS) {
            witness.heardNs = core.turn.nowNs();
            leash.onRegistered(message.sequence());
        }
    }

    @Override
    void onReadRequest(int from, long id) {
        if (noOpIndex == 0) {
            core.outbox.readReply(from, id, -1);
        } else {
            reads.add(id, from, noOpIndex);
        }
    }

    @Override
    void read(long id) {
        if (noOpIndex == 0) {
            core.listener.onReadable(id, -1);
        } else {
            reads.add(id, core.self(), noOpIndex);
        }
    }

    @Override
    void onAppend(int from, AppendDecoder message, DirectBuffer buffer, int offset, int length) {
        Invariant.check(false, "two primaries in one term", core.self(), from);
    }

    // ---- what it says

    private void beatIfDue() {
        if (core.turn.nowNs() - heartbeatNs >= core.turn.heartbeatNs() || reads.isRoundDue()) {
            beat();
            return;
        }
        boolean isLate = core.turn.nowNs() - commitNewsNs >= COMMIT_NOTICE_NS;
        if (isLate) {
            tellCommit();
        }
    }

    private void beat() {
        heartbeatNs = core.turn.nowNs();
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
                && core.outbox.heartbeat(standby.node, core.commit.index(), reads.round());
        if (isSaid) {
            standby.toldCommit = core.commit.index();
        }
    }

    @Override
    void end() {
        acknowledgements.end(committedInThisReign());
        reads.end();
        standbys.close();
        core.log.cancelReservations();
    }
}
