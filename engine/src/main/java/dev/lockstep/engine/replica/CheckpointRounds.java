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
    /** Whoever has not told of a checkpoint in so many heartbeats is not waited for, if enough have. */
    private static final int PATIENCE_HEARTBEATS = 5;

    private static final long LEAST_PATIENCE_NS = 150_000_000;

    /** States are compared once a second, where there is something new. */
    private static final long IDLE_HEARTBEATS = 35;

    private static final long LEAST_IDLE_NS = 1_050_000_000;

    private static final int MOST_NEWS = 3;

    private final Core core;
    private final Standbys standbys;
    private final Sequencer sequencer;
    private final Handover handover;
    private final HeardCheckpoints own;
    private final FrameEncoder encoder = new FrameEncoder(
            Frame.lengthOfOne(CheckpointVotes.lengthOf(Transport.MAX_NODE + 1)),
            CheckpointVotes.lengthOf(Transport.MAX_NODE + 1));
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[CheckpointVotes.lengthOf(Transport.MAX_NODE + 1)]);
    /** Where this reign began: who has not applied all up to there may be judged by what is there, and tells nothing yet. */
    private final long begunIndex;
    /** The one that the log was told of last though most have not said the same of it. */
    private long disputedIndex;
    /** Behind it something is to be compared: the newest snapshot that anybody keeps is, or somebody's state is a new one. */
    private long newsDueIndex;

    private long newsDueSinceNs;
    private boolean isRebuilding;
    private long rebuiltIndex;
    /** How often something new was brought for it. */
    private int news;
    /** What was brought so last, and what came of it: a snapshot of no more than that is not worth as much again. */
    private long newsIndex;
    /** What most have said. */
    private final HeardCheckpoints decided = new HeardCheckpoints();
    /** Who was asked last to take over. */
    private int asked = Duty.NOBODY;

    /** @param own hears what this node says of its own state */
    CheckpointRounds(Core core, Standbys standbys, Sequencer sequencer, Handover handover, HeardCheckpoints own) {
        this.own = own;
        this.core = core;
        this.standbys = standbys;
        this.sequencer = sequencer;
        this.handover = handover;
        this.begunIndex = core.log.lastIndex();
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
        boolean hasReplayed = core.applying.appliedIndex() > begunIndex;
        Checkpoint newest = core.applying.checkpoint();
        if (newest.index() <= core.commit.index()) { // what is ahead of that may be something else in the end
            own.hear(newest.index(), newest.hash(), core.turn.nowNs());
        }
        noteRebuilt();
        if (!mayPropose) {
            return false;
        }
        long index = hasReplayed ? nextToTell() : 0;
        return index > 0 ? propose(votes(index)) : isComparisonDue() && bringNews();
    }

    /** @return the newest checkpoint that the log is to tell of; zero if there is none */
    private long nextToTell() {
        long settled = Math.max(disputedIndex, core.applying.provenIndex()); // in a reign before, too
        for (long index = own.newestIndex(); index > decided.newestIndex(); index = own.newestBefore(index)) {
            boolean isNews = isDecided(index) || (index > settled && isDisputed(index));
            if (isNews && !isAwaited(index)) {
                return index;
            }
        }
        return 0;
    }

    /** Whoever is late is late each time: for as long as one is remembered it may come to be decided. */
    private boolean isDecided(long index) {
        if (votesFor(index, own.hash(index)) >= core.dataMajority()) {
            return true;
        }
        for (Standby each : standbys.all()) {
            boolean isSaid = isVoting(each) && each.checkpoints.has(index);
            if (isSaid && votesFor(index, each.checkpoints.hash(index)) >= core.dataMajority()) {
                return true;
            }
        }
        return false;
    }

    private int votesFor(long index, long hash) {
        int votes = core.isDataNode() && own.tells(index, hash) ? 1 : 0;
        for (Standby each : standbys.all()) {
            votes += isVoting(each) && each.checkpoints.tells(index, hash) ? 1 : 0;
        }
        return votes;
    }

    private boolean isDisputed(long index) {
        for (Standby each : standbys.all()) {
            if (each.checkpoints.has(index) && !each.checkpoints.tells(index, own.hash(index))) {
                return true;
            }
        }
        return false;
    }

    /** Where nothing happens nothing is compared, and a snapshot that waits for that would wait for ever. */
    private boolean isComparisonDue() {
        long due = Math.max(newestKept(), rebuiltIndex);
        if (due != newsDueIndex) {
            newsDueIndex = due;
            newsDueSinceNs = core.turn.nowNs();
            news = due > newsIndex ? 0 : MOST_NEWS;
        }
        long idleNs = Math.max(IDLE_HEARTBEATS * core.turn.heartbeatNs(), LEAST_IDLE_NS);
        boolean isIdle = core.turn.nowNs() - newsDueSinceNs > (news + 1) * idleNs;
        return isIdle && due > 0 && due >= own.newestIndex() && news < MOST_NEWS && standbys.areCompared();
    }

    /** Whoever has had its state built anew is compared: it may be what the nodes could not agree on. */
    private void noteRebuilt() {
        boolean wasRebuilding = isRebuilding;
        isRebuilding = false;
        for (Standby each : standbys.all()) {
            isRebuilding |= each.snapshotNeed == SnapshotNeed.REBUILDING;
        }
        if (wasRebuilding && !isRebuilding) {
            rebuiltIndex = core.log.lastIndex() + 1; // so two frames come: it may still be loading at the first
        }
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

    private boolean isAwaited(long index) {
        long patienceNs = Math.max(PATIENCE_HEARTBEATS * core.turn.heartbeatNs(), LEAST_PATIENCE_NS);
        if (core.turn.nowNs() - own.heardNs(index) >= patienceNs) {
            return false;
        }
        for (Standby each : standbys.all()) {
            boolean isThere =
                    isVoting(each) && each.isLive() && each.snapshotNeed.isApplying() && core.peers.isUp(each.node);
            if (isThere && !each.checkpoints.has(index)) {
                return true;
            }
        }
        return false;
    }

    private boolean isVoting(Standby standby) {
        Member member = core.config().at(standby.node);
        return member != null && member.isDataNode();
    }

    private CheckpointVotes votes(long index) {
        int[] nodes = new int[Transport.MAX_NODE + 1];
        long[] identities = new long[nodes.length];
        long[] hashes = new long[nodes.length];
        int count = 0;
        if (core.isDataNode()) {
            nodes[count] = core.self();
            identities[count] = core.config().at(core.self()).identity().value();
            hashes[count++] = own.hash(index);
        }
        int voters = 0;
        for (boolean isAsked : new boolean[] {true, false}) {
            for (Standby each : standbys.all()) {
                if (isVoting(each) == isAsked && each.checkpoints.has(index)) {
                    nodes[count] = each.node;
                    identities[count] = each.identity.value();
                    hashes[count++] = each.checkpoints.hash(index);
                }
            }
            voters = isAsked ? count : voters;
        }
        return new CheckpointVotes(
                index,
                core.dataMajority(),
                voters,
                Arrays.copyOf(nodes, count),
                Arrays.copyOf(identities, count),
                Arrays.copyOf(hashes, count));
    }

    private boolean propose(CheckpointVotes votes) {
        encoder.start(FrameType.CHECKPOINT);
        encoder.add(buffer, 0, votes.encode(buffer, 0));
        if (sequencer.append(encoder) == Sequencer.NO_ROOM) {
            return false; // it is tried again at the next beat
        }
        if (votes.isDecided()) {
            decided.hear(votes.index(), votes.decided(), core.turn.nowNs());
            vet();
        } else {
            disputedIndex = votes.index();
        }
        return true;
    }

    /** Whoever said the same, also late, or as an observer, who is not asked who is right. */
    private void vet() {
        for (Standby each : standbys.all()) {
            each.soundIndex = Math.max(each.soundIndex, each.checkpoints.newestSame(decided));
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
