package dev.lockstep.engine.replica;

import dev.lockstep.engine.Ack;
import dev.lockstep.engine.MemberKind;
import dev.lockstep.engine.Mode;
import dev.lockstep.engine.Role;
import dev.lockstep.engine.sbe.AppendDecoder;
import dev.lockstep.engine.sbe.AppendReplyDecoder;
import dev.lockstep.engine.sbe.HeartbeatReplyDecoder;
import dev.lockstep.engine.sbe.RecoverDecoder;
import dev.lockstep.engine.sbe.RegisterReplyDecoder;
import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.frame.FrameEncoder;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import org.agrona.DirectBuffer;

/** Is the primary of one term. Owned by the replica's thread; a new one for each reign. */
final class Reigning extends Duty implements Acknowledgements.Reached {
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
    private final Reports reports;
    private final SnapshotRounds snapshots;
    private final CheckpointRounds checkpoints;
    private final OfferedSnapshots offered;
    private final Pulse pulse;
    private final VersionRise versions;
    private final Told told;
    /** The first index of this reign; zero until there was room for it. */
    private long noOpIndex;

    private long begunNs;
    private boolean isLonely;

    Reigning(Core core, Stage stage, SnapshotFetcher fetcher, SnapshotServer server, Told told, long wallClockNs) {
        this.core = core;
        this.stage = stage;
        this.standbys = new Standbys(core);
        HeardCheckpoints own = new HeardCheckpoints();
        this.offered = new OfferedSnapshots(core, standbys, own);
        this.replicator = new Replicator(core, standbys, offered);
        this.quorum = new Quorum(core);
        this.leash = new WitnessLeash(core, quorum, standbys);
        this.sequencer = new Sequencer(core, replicator, new ClusterTime(core, wallClockNs));
        this.handover = new Handover(core);
        this.reads = new ReadRounds(core);
        this.acknowledgements = new Acknowledgements(AWAITED, this, told, core.listener);
        this.voices = new Voices(core, standbys);
        this.reports = new Reports(core, standbys, replicator, quorum);
        this.checkpoints = new CheckpointRounds(core, standbys, sequencer, handover, own);
        this.snapshots = new SnapshotRounds(core, standbys, fetcher, server, checkpoints);
        this.pulse = new Pulse(core, standbys, reads, snapshots, offered);
        this.versions = new VersionRise(core, standbys);
        this.told = told;
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
        pulse.beat();
        onTick();
    }

    private void onConfigs() {
        standbys.onConfigs();
        quorum.onConfigs();
    }

    @Override
    boolean offers(int node, long snapshotIndex) {
        Standby standby = standbys.at(node);
        SnapshotManifest newest = standby == null ? offered.newest() : offered.newestFor(standby);
        return newest != null && snapshotIndex <= newest.last().index();
    }

    @Override
    void onLinkUp(int node) {
        reports.onLinkUp(node);
        offered.onLinkUp(node);
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
        noteReplies();
        boolean hasBeaten = pulse.onTick();
        if (reads.isAwaited()) {
            reads.onConfirmed(voices.confirmedRound(reads.round()), committedInThisReign());
            expireReads();
        }
        beCleanIfFlushedOnly();
        if (hasBeaten && isQuorumServed()) {
            raiseVersion();
            snapshots.onBeat();
            if (checkpoints.onBeat(isOpen())) {
                countOwn();
            }
        }
    }

    /** If there is no room for it now there is at a later beat. */
    private void raiseVersion() {
        int wanted = versions.wanted();
        if (wanted > core.config().stateMachineVersion() && isOpen() && mayChangeConfig()) {
            propose(core.config().withStateMachineVersion(wanted));
        }
    }

    /** From now on the applier may come as far, and whoever is given a reply asks for no acknowledgement besides. */
    private void noteReplies() {
        told.onTold(core.commit.index(), Ack.QUORUM_APPENDED);
        if (core.config().mode() == Mode.ASYNC) {
            told.onTold(core.log.lastIndex(), Ack.LOCAL_APPENDED);
        }
    }

    /** Whoever asked while this node stood still was not kept waiting by the others. */
    private void expireReads() {
        if (!core.turn.wasLate()) {
            reads.expire();
        }
    }

    /** There is no room for the first frame: nobody is served, so nobody should have to wait for this node for long. */
    private void waitForRoom() {
        pulse.onTick();
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

    /**
     * A primary that enough voters do not answer serves nobody (safety 13); in ASYNC it goes on alone, and says so.
     *
     * @return whether it goes on
     */
    private boolean isQuorumServed() {
        boolean isHeardByQuorum = voices.isMajorityHeard();
        if (!isHeardByQuorum && core.config().mode() == Mode.SYNC) {
            stage.follow();
            return false;
        }
        if (isLonely == isHeardByQuorum) {
            isLonely = !isHeardByQuorum;
            core.listener.onRemark(
                    isLonely
                            ? "this primary has lost its quorum, and goes on alone: what it accepts may have to be taken back"
                            : "this primary has its quorum again");
        }
        return true;
    }

    boolean isLonely() {
        return isLonely;
    }

    boolean isOneCopy() {
        return quorum.isOneCopy();
    }

    // ---- what it makes

    /** @return whether a frame may be proposed now */
    boolean isOpen() {
        return noOpIndex > 0 && !handover.isUnderWay();
    }

    /** @return its last index, or {@link Sequencer#NO_ROOM} */
    long propose(FrameEncoder encoder) {
        long index = sequencer.append(encoder);
        if (index != Sequencer.NO_ROOM) {
            countOwn();
        }
        return index;
    }

    /** Only if the time has come, and is not in the log already. */
    void proposeTimer(long deadlineNs) {
        boolean isDue = core.log.lastTimeNs() < deadlineNs && sequencer.timeNs() >= deadlineNs;
        if (isDue && sequencer.appendTimer() != Sequencer.NO_ROOM) {
            countOwn();
        }
    }

    boolean await(long index, Ack level, long deadlineNs) {
        return acknowledgements.await(index, level, deadlineNs);
    }

    /** @return whether it was appended; then it is in force */
    boolean propose(Config config) {
        boolean isAppended = sequencer.appendConfig(config) != Sequencer.NO_ROOM;
        if (isAppended) {
            onConfigs();
            countOwn();
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

    void showStandbys(StandbyView view) {
        for (Standby each : standbys.all()) {
            if (each.keepsLog()) {
                boolean isLive = each.isLive() && core.peers.isUp(each.node);
                view.onStandby(each.node, isLive, each.matchedIndex, each.flushedIndex, each.heardNs);
            }
        }
    }

    // ---- what is committed

    /** The primary counts itself only for what it has, and has noted first. */
    private void countOwn() {
        long last = core.log.lastIndex();
        long flushed = core.log.flushedIndex();
        boolean isFlushedOnly = core.countsFlushedOnly();
        if (last > flushed && !isFlushedOnly) {
            core.promises.beDirty();
        }
        core.commit.promise(isFlushedOnly ? flushed : last);
        quorum.onMatched(core.self(), last, flushed);
    }

    /**
     * A node that was left alone has been dirty before. If there is no room to write that it is clean it goes on all the
     * same: whoever is dirty for too long may have to recover for nothing, and loses nothing.
     */
    private void beCleanIfFlushedOnly() {
        if (core.countsFlushedOnly() && core.log.lastIndex() == core.log.flushedIndex()) {
            try {
                core.promises.beClean();
            } catch (StorageException.DiskFull e) {
                core.remark(e.getMessage());
            }
        }
    }

    private void commit() {
        if (core.commit.index() == core.log.lastIndex()) {
            return;
        }
        long held = quorum.held();
        int configs = core.configs.count();
        if (isOfThisReign(held) && core.commitTo(held)) {
            pulse.onCommitted();
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
    public long reached(Ack level) {
        long commit = core.commit.index();
        return switch (level) {
            case NONE -> Long.MAX_VALUE;
            case LOCAL_APPENDED -> core.log.lastIndex();
            case LOCAL_FLUSHED -> core.log.flushedIndex();
            case QUORUM_APPENDED -> commit;
            case QUORUM_FLUSHED -> Math.min(commit, quorum.heldFlushed());
            case ALL_APPENDED -> Math.min(commit, voices.heldByAllLive(false));
            case ALL_FLUSHED ->
                Math.min(Math.min(reached(Ack.QUORUM_FLUSHED), core.log.flushedIndex()), voices.heldByAllLive(true));
        };
    }

    @Override
    void onFlushed() {
        countOwn();
        commit();
        beCleanIfFlushedOnly();
    }

    // ---- what it hears

    @Override
    void onAppendReply(int from, AppendReplyDecoder message) {
        if (reports.onAppendReply(from, message)) {
            commit();
        }
    }

    @Override
    void onRefused(int node) {
        reports.onRefused(node);
        leash.onRefused(node);
    }

    @Override
    void onHeartbeatReply(int from, HeartbeatReplyDecoder message) {
        reports.onHeartbeatReply(from, message);
    }

    @Override
    void onRecover(int from, RecoverDecoder message) {
        reports.onRecover(from, message);
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

    @Override
    void end() {
        acknowledgements.end(committedInThisReign());
        reads.end();
        standbys.close();
        core.log.cancelReservations();
    }
}
