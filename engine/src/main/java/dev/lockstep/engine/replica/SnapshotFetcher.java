package dev.lockstep.engine.replica;

import dev.lockstep.engine.MemberKind;
import dev.lockstep.engine.sbe.ChunkDecoder;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import dev.lockstep.transport.Transport;
import org.agrona.DirectBuffer;

/**
 * Fetches a snapshot, chunk by chunk, from the primary or whoever else has it, and lets the log begin behind it. Owned by
 * the replica's thread.
 */
final class SnapshotFetcher {
    private static final int PATIENCE_HEARTBEATS = 8;

    /** Commits share the network and the processors with what comes: it is asked for no faster than this. */
    private static final long BYTES_PER_S = 64L << 20;

    private static final long SECOND_NS = 1_000_000_000;

    /** One that found no room is not fetched again at once: it would fill the disk again, on which the journal is, too. */
    private static final long RETRY_NS = 30 * SECOND_NS;

    private final Core core;
    private final Cutter cutter;
    /** Between two chunks, at least. */
    private final long paceNs;

    private FrameRef target;
    /** What has come last; null while another one is to come, or has not come after all. */
    private FrameRef fetched;

    private int source;
    private int asked;
    private long askedNs;
    /** Those who keep it no more are not asked, and are heard when they offer another one. */
    private final Denials denials = new Denials();

    private boolean isInstalling;
    /** Until then nothing is fetched: there was no room. */
    private long restNs;

    SnapshotFetcher(Core core, Cutter cutter) {
        this.core = core;
        this.cutter = cutter;
        this.paceNs = core.snapshots.maxChunkBytes() * SECOND_NS / BYTES_PER_S;
        this.restNs = core.turn.nowNs();
    }

    boolean isFetching() {
        return target != null || isInstalling;
    }

    /** @return what has come last; null if it has not */
    FrameRef fetched() {
        return fetched;
    }

    /** @return whether the log is to begin behind a snapshot that is here, and there is no room for the note of it yet */
    boolean isInstalling() {
        return isInstalling;
    }

    /** @return whether nothing would help this node but a snapshot that it fetches, or will when there may be room for it */
    boolean isAwaited(FrameRef snapshot) {
        return isFetching() || (isResting() && isMissing(snapshot));
    }

    private boolean isResting() {
        return core.turn.nowNs() - restNs < 0;
    }

    /** The primary has no frames left for this node, but this. */
    void onOffer(int from, FrameRef snapshot) {
        if (isResting()) {
            return;
        }
        boolean isGoingOn = target != null && !denials.contains(from) && wantedChunk() != Snapshots.GONE;
        if (!isGoingOn && isMissing(snapshot)) {
            begin(from, snapshot);
        }
    }

    /** Somebody has a snapshot of what is committed, and this node wants to keep it too. */
    void keep(int from, FrameRef snapshot) {
        boolean isOfThisLog = snapshot.index() <= core.commit.index()
                && (snapshot.index() <= core.log.base().index() || core.log.holds(snapshot));
        boolean isGoingOn = target != null && !denials.contains(from);
        if (!isGoingOn && isOfThisLog && !isResting()) {
            begin(from, snapshot);
        }
    }

    private void begin(int from, FrameRef snapshot) {
        target = snapshot;
        fetched = null;
        source = from;
        asked = Snapshots.LATER;
        denials.clear();
    }

    /** @return whether what a snapshot has of the log is not here: it was lost, or never came (safety 11) */
    private boolean isMissing(FrameRef snapshot) {
        return snapshot.index() > core.log.lastIndex()
                || (snapshot.index() > core.commit.index() && !core.log.holds(snapshot));
    }

    /** Nothing more is fetched: the epoch changes, or may, or nobody brings it. */
    void drop() {
        if (target != null) {
            target = null;
            core.snapshots.endTransfer();
        }
    }

    /**
     * Of what is on its way here nothing comes any more, nor of what is here and not installed: it may be of a branch of
     * history that is left.
     *
     * @param fork the last index that the branches share
     */
    void orphanBeyond(long fork) {
        drop();
        core.snapshots.orphanBeyond(fork);
        SnapshotManifest newest = core.snapshots.newest();
        while (newest != null && newest.last().index() > core.log.base().index() && !core.log.holds(newest.last())) {
            core.snapshots.orphanBeyond(newest.last().index() - 1);
            newest = core.snapshots.newest();
        }
    }

    void onTick() {
        if (target != null) {
            fetch();
        }
        installIfMissing();
    }

    /** The newest snapshot that is kept here, if the log does not come up to it. */
    void installIfMissing() {
        isInstalling = isInstallDue(); // also if there turns out to be no room for the note of the configuration
        if (isInstalling) {
            isInstalling = !install(core.snapshots.newest());
        }
    }

    /**
     * @return whether the log is to begin behind a snapshot that is kept here: it does not come up to it, and has not gone
     *     on in a newer epoch either, of which the snapshot knows nothing
     */
    boolean isInstallDue() {
        SnapshotManifest newest = core.snapshots.newest();
        return newest != null
                && !core.promises.isYielding()
                && newest.epoch() >= core.logEpoch()
                && isMissing(newest.last());
    }

    private void fetch() {
        int wanted = wantedChunk();
        if (wanted == Snapshots.COMPLETE || wanted == Snapshots.GONE) {
            boolean hasCome = wanted == Snapshots.COMPLETE && asked >= 0; // or this node has taken one as new itself
            fetched = hasCome ? target : null;
            target = null;
        } else if (wanted >= 0) {
            ask(wanted);
        }
    }

    private int wantedChunk() {
        try {
            return core.snapshots.wantedChunk(target);
        } catch (StorageException.DiskFull e) {
            drop();
            restNs = core.turn.nowNs() + RETRY_NS;
            throw e;
        }
    }

    private void ask(int wanted) {
        long sinceNs = core.turn.nowNs() - askedNs;
        boolean isSilent = sinceNs > PATIENCE_HEARTBEATS * core.turn.heartbeatNs();
        boolean isTooSoon = !denials.isEmpty() && asked == Snapshots.LATER && sinceNs < core.turn.heartbeatNs();
        boolean isTooFast = asked >= 0 && wanted != asked && sinceNs < paceNs;
        if (isTooSoon || isTooFast || (wanted == asked && !isSilent)) {
            return;
        }
        if (wanted == asked || !core.peers.isUp(source)) {
            source = nextSource();
        }
        if (isDenied()) {
            drop();
            return;
        }
        asked = wanted;
        askedNs = core.turn.nowNs();
        core.outbox.chunkRequest(source, target, wanted);
    }

    /** @return the next one who may have it; this one if there is no other */
    private int nextSource() {
        for (int i = 1; i <= Transport.MAX_NODE; i++) {
            int node = (source + i) % (Transport.MAX_NODE + 1);
            if (mayKeepIt(node)) {
                return node;
            }
        }
        return source;
    }

    private boolean mayKeepIt(int node) {
        return core.peers.isUp(node) && !denials.contains(node) && !isWitness(node);
    }

    private boolean isWitness(int node) {
        Member member = core.config() == null ? null : core.config().at(node);
        return member != null && member.kind() == MemberKind.WITNESS;
    }

    void onChunk(int from, ChunkDecoder message, DirectBuffer buffer, int offset, int length) {
        if (target == null || !isOfTarget(message)) {
            return;
        }
        if (length > 0) {
            denials.clear();
            core.snapshots.onChunk(target, message.number(), buffer, offset, length);
        } else if (from == source && message.number() == asked) {
            onDenied(from);
        }
    }

    /**
     * The next one is asked in a heartbeat; once all have said so there is nothing to wait for but another offer. Who is
     * silent has not said so: it may be busy for a while, and what has come would be lost.
     */
    private void onDenied(int from) {
        asked = Snapshots.LATER;
        askedNs = core.turn.nowNs();
        denials.add(from);
        source = nextSource();
        if (isDenied()) {
            drop();
        }
    }

    /** @return whether somebody has said that he does not keep it, and nobody is there who has not */
    private boolean isDenied() {
        return !denials.isEmpty() && !mayKeepIt(source);
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
        PlacedConfig config =
                ConfigCodec.decodePlaced(manifest.config(), 0, manifest.config().capacity());
        core.promises.noteConfig(config.index(), config.term()); // while all of this can still be done anew
        if (!cutter.startAfter(
                snapshot, Math.max(core.commit.index(), core.log.base().index()) + 1)) {
            return false;
        }
        core.log.lastTimeNs(manifest.clusterTimeNs());
        core.configs.begin(config);
        core.listener.onSnapshotInstalled(snapshot);
        core.listener.onConfig(config.config());
        core.commitTo(snapshot.index());
        return true;
    }
}
