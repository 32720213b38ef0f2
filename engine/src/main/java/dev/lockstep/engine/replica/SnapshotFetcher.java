package dev.lockstep.engine.replica;

import dev.lockstep.engine.sbe.ChunkDecoder;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import dev.lockstep.transport.Transport;
import org.agrona.DirectBuffer;

/**
 * Fetches a snapshot, chunk by chunk, from the primary or whoever else has it, and lets the log begin behind it. Owned by
 * the replica's thread.
 */
final class SnapshotFetcher {
    private static final int PATIENCE_HEARTBEATS = 8;

    private final Core core;
    private final Cutter cutter;
    private FrameRef target;
    private int source;
    private int asked;
    private long askedNs;
    /** Whether somebody who was asked has it no more; whoever offers another one then is heard. */
    private boolean isNotKept;

    private boolean isInstalling;

    SnapshotFetcher(Core core, Cutter cutter) {
        this.core = core;
        this.cutter = cutter;
    }

    boolean isFetching() {
        return target != null;
    }

    /** @return whether the log is to begin behind a snapshot that is here, and there is no room for the note of it yet */
    boolean isInstalling() {
        return isInstalling;
    }

    /** The primary has no frames left for this node, but this. */
    void onOffer(int from, FrameRef snapshot) {
        boolean isGoingOn = target != null && !isNotKept && core.snapshots.wantedChunk(target) != Snapshots.GONE;
        if (!isGoingOn && !core.log.holds(snapshot) && isNewer(snapshot)) {
            target = snapshot;
            source = from;
            asked = Snapshots.LATER;
            isNotKept = false;
        }
    }

    /** @return whether there is something in it that is not here (safety 11) */
    private boolean isNewer(FrameRef snapshot) {
        return snapshot.index() > core.log.lastIndex() || snapshot.index() > core.commit.index();
    }

    void onTick() {
        installIfMissing();
        if (target != null) {
            fetch();
        }
    }

    /** The newest snapshot that is kept here, if the log does not come up to it. */
    void installIfMissing() {
        SnapshotManifest newest = core.snapshots.newest();
        boolean isDue = newest != null && !core.promises.isYielding() && isMissing(newest.last());
        isInstalling = isDue && !install(newest);
    }

    /** @return whether what the log had of a snapshot is lost, or was never here */
    private boolean isMissing(FrameRef snapshot) {
        return snapshot.index() > core.log.lastIndex()
                || (snapshot.index() > core.commit.index() && !core.log.holds(snapshot));
    }

    private void fetch() {
        int wanted = core.snapshots.wantedChunk(target);
        if (wanted == Snapshots.COMPLETE) {
            SnapshotManifest newest = core.snapshots.newest();
            if (newest == null || !newest.last().equals(target) || install(newest)) {
                target = null;
            }
        } else if (wanted == Snapshots.GONE) {
            target = null;
        } else if (wanted >= 0) {
            ask(wanted);
        }
    }

    private void ask(int wanted) {
        boolean isSilent = core.turn.nowNs() - askedNs > PATIENCE_HEARTBEATS * core.turn.heartbeatNs();
        if (wanted == asked && !isSilent) {
            return;
        }
        if (wanted == asked || !core.peers.isUp(source)) {
            source = nextSource();
        }
        asked = wanted;
        askedNs = core.turn.nowNs();
        core.outbox.chunkRequest(source, target, wanted);
    }

    /** @return the next one whose link is up; this one if there is no other */
    private int nextSource() {
        for (int i = 1; i <= Transport.MAX_NODE; i++) {
            int node = (source + i) % (Transport.MAX_NODE + 1);
            if (core.peers.isUp(node)) {
                return node;
            }
        }
        return source;
    }

    void onChunk(int from, ChunkDecoder message, DirectBuffer buffer, int offset, int length) {
        if (target == null || !isOfTarget(message)) {
            return;
        }
        if (length > 0) {
            isNotKept = false;
            core.snapshots.onChunk(target, message.number(), buffer, offset, length);
        } else if (from == source && message.number() == asked) {
            asked = Snapshots.LATER;
            isNotKept = true;
            source = nextSource();
        }
    }

    private boolean isOfTarget(ChunkDecoder message) {
        return message.snapshot().index() == target.index()
                && message.snapshot().term() == target.term()
                && message.snapshot().crc() == target.crc();
    }

    /**
     * The log begins behind a snapshot that is durable. What of it fits behind stays.
     *
     * @return false if there is no room for the note of it now
     */
    private boolean install(SnapshotManifest manifest) {
        FrameRef snapshot = manifest.last();
        if (!core.log.holds(snapshot)) {
            OrphanReport report = cutter.keepAside(
                    Math.max(core.commit.index(), core.log.base().index()) + 1);
            PlacedConfig config = ConfigCodec.decodePlaced(
                    manifest.config(), 0, manifest.config().capacity());
            core.promises.noteConfig(config.index(), config.term()); // while all of this can still be done anew
            if (!core.log.startAfter(snapshot)) {
                return false;
            }
            core.log.lastTimeNs(manifest.clusterTimeNs());
            core.configs.begin(config);
            core.listener.onSnapshotInstalled(snapshot);
            core.listener.onConfig(config.config());
            if (report != null) {
                core.listener.onOrphaned(report);
            }
        }
        core.commitTo(snapshot.index());
        return true;
    }
}
