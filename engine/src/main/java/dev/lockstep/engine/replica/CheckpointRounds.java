package dev.lockstep.engine.replica;

import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.frame.FrameEncoder;
import dev.lockstep.storage.frame.FrameType;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import dev.lockstep.transport.Transport;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Gathers what the data nodes say of their states, checkpoint by checkpoint, and has the log say it, for every node to judge
 * itself by. A primary that has drifted itself hands over to a node that has not. Owned by the primary's thread.
 */
final class CheckpointRounds {
    /** Whoever has not told of a checkpoint in so many heartbeats is not waited for: the next one comes soon. */
    private static final int PATIENCE_HEARTBEATS = 5;

    /** States are compared once a second, where there is something new. */
    private static final long IDLE_HEARTBEATS = 35;

    private static final long LEAST_IDLE_NS = 1_050_000_000;

    private static final int MOST_NEWS = 3;

    private final Core core;
    private final Standbys standbys;
    private final Sequencer sequencer;
    private final Handover handover;
    private final HeardCheckpoints own = new HeardCheckpoints();
    private final FrameEncoder encoder = new FrameEncoder(
            Frame.lengthOfOne(CheckpointVotes.lengthOf(Transport.MAX_NODE + 1)),
            CheckpointVotes.lengthOf(Transport.MAX_NODE + 1));
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[CheckpointVotes.lengthOf(Transport.MAX_NODE + 1)]);
    /** The one that is gathered, or was last. */
    private long index;

    private boolean isGathering;
    private long begunNs;
    /** The newest snapshot that anybody keeps. */
    private long keptIndex;

    private long keptSinceNs;
    /** How often something new was brought for it. */
    private int news;
    /** What was brought so last, and what came of it: a snapshot of no more than that is not worth as much again. */
    private long newsIndex;
    /** What most said last. */
    private Checkpoint decided = Checkpoint.NONE;
    /** Who was asked last to take over. */
    private int asked = Duty.NOBODY;

    CheckpointRounds(Core core, Standbys standbys, Sequencer sequencer, Handover handover) {
        this.core = core;
        this.standbys = standbys;
        this.sequencer = sequencer;
        this.handover = handover;
    }

    /**
     * At each heartbeat: what the others say of themselves is as old as that.
     *
     * @param mayPropose whether frames may be proposed
     * @return whether a frame was
     */
    boolean onBeat(boolean mayPropose) {
        if (core.hasDrifted()) {
            handOver(mayPropose);
            return false;
        }
        vet();
        Checkpoint newest = core.applying.checkpoint();
        if (newest.index() <= core.commit.index()) { // what is ahead of the commit may be something else in the end
            own.hear(newest.index(), newest.hash());
        }
        if (!isGathering || !own.has(index)) { // or it took so long that newer ones have taken its place
            begin();
        }
        if (!mayPropose) {
            return false;
        }
        if (!isGathering) {
            return isComparisonDue() && bringNews();
        }
        int missing = missing();
        if (missing > 0 && core.turn.nowNs() - begunNs < PATIENCE_HEARTBEATS * core.turn.heartbeatNs()) {
            return false;
        }
        return propose();
    }

    /** Where nothing happens nothing is compared, and a snapshot that waits for that would wait for ever. */
    private boolean isComparisonDue() {
        long kept = newestKept();
        if (kept != keptIndex) {
            keptIndex = kept;
            keptSinceNs = core.turn.nowNs();
            news = kept > newsIndex ? 0 : MOST_NEWS;
        }
        long idleNs = Math.max(IDLE_HEARTBEATS * core.turn.heartbeatNs(), LEAST_IDLE_NS);
        boolean isIdle = core.turn.nowNs() - keptSinceNs > (news + 1) * idleNs;
        return isIdle && kept > 0 && kept >= own.newestIndex() && news < MOST_NEWS && standbys.areCompared();
    }

    private long newestKept() {
        SnapshotManifest newest = core.snapshots.newest();
        long kept = newest == null ? 0 : newest.last().index();
        for (Standby each : standbys.all()) {
            kept = Math.max(kept, each.snapshot.index());
        }
        return kept;
    }

    private boolean bringNews() {
        boolean isBrought = sequencer.appendTimer() != Sequencer.NO_ROOM;
        if (isBrought) {
            news++;
            newsIndex = core.log.lastIndex() + 1; // and the CHECKPOINT that follows
        }
        return isBrought;
    }

    private void begin() {
        isGathering = own.newestIndex() > index;
        if (isGathering) {
            index = own.newestIndex();
            begunNs = core.turn.nowNs();
        }
    }

    private int missing() {
        int missing = 0;
        for (Standby each : standbys.all()) {
            boolean isAwaited =
                    isVoting(each) && each.isLive() && each.snapshotNeed.isApplying() && core.peers.isUp(each.node);
            missing += isAwaited && !each.checkpoints.has(index) ? 1 : 0;
        }
        return missing;
    }

    private boolean isVoting(Standby standby) {
        Member member = core.config().at(standby.node);
        return member != null && member.isDataNode();
    }

    private boolean propose() {
        int[] nodes = new int[Transport.MAX_NODE + 1];
        long[] identities = new long[nodes.length];
        long[] hashes = new long[nodes.length];
        int count = 0;
        if (core.isDataNode()) {
            nodes[count] = core.self();
            identities[count] = core.config().at(core.self()).identity().value();
            hashes[count++] = own.hash(index);
        }
        for (Standby each : standbys.all()) {
            if (isVoting(each) && each.checkpoints.has(index)) {
                nodes[count] = each.node;
                identities[count] = each.identity.value();
                hashes[count++] = each.checkpoints.hash(index);
            }
        }
        int needed = core.config().dataNodes().size() / 2 + 1;
        CheckpointVotes votes = new CheckpointVotes(
                index,
                needed,
                Arrays.copyOf(nodes, count),
                Arrays.copyOf(identities, count),
                Arrays.copyOf(hashes, count));
        if (count >= needed || votes.isDisputed()) {
            encoder.start(FrameType.CHECKPOINT);
            encoder.add(buffer, 0, votes.encode(buffer, 0));
            if (sequencer.append(encoder) == Sequencer.NO_ROOM) {
                return false; // it is tried again at the next beat
            }
            if (votes.isDecided()) {
                decided = new Checkpoint(index, votes.decided());
                vet();
            }
        }
        isGathering = false;
        return count >= needed || votes.isDisputed();
    }

    /** Whoever said the same, also late, or as an observer, who is not asked who is right. */
    private void vet() {
        for (Standby each : standbys.all()) {
            boolean isSame =
                    each.checkpoints.has(decided.index()) && each.checkpoints.hash(decided.index()) == decided.hash();
            each.soundIndex = isSame ? decided.index() : each.soundIndex;
        }
    }

    /**
     * @return whether a snapshot that a standby has taken can be trusted: its state was compared since, and was right. Or two
     *     would be wrong together, and have their way
     */
    boolean vets(Standby standby, long snapshotIndex) {
        return !standbys.areCompared() || standby.soundIndex > snapshotIndex;
    }

    /** To whoever is furthest; if that one does not take over in time the next one is asked. */
    private void handOver(boolean mayPropose) {
        Standby best = null;
        for (Standby each : standbys.all()) {
            boolean isUsable = isVoting(each)
                    && each.isLive()
                    && each.isWhole
                    && each.snapshotNeed.isApplying()
                    && each.node != asked
                    && core.peers.isUp(each.node);
            if (isUsable && (best == null || each.matchedIndex > best.matchedIndex)) {
                best = each;
            }
        }
        if (mayPropose) {
            asked = best == null ? Duty.NOBODY : best.node;
            if (best != null) {
                core.remark("this primary's state is another one than that of most nodes: node " + best.node
                        + " takes over");
                handover.begin(best.node);
            }
        }
    }
}
