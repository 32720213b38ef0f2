package dev.lockstep.engine.simulated;

import dev.lockstep.engine.replica.SnapshotNeed;
import dev.lockstep.engine.replica.Snapshots;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import java.io.ByteArrayOutputStream;
import java.util.SplittableRandom;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The snapshots of one process of a node that is simulated. What is published is on the {@link SnapshotShelf}; a transfer
 * that is not complete dies with the process.
 */
final class SimulatedSnapshots implements Snapshots {
    /** A snapshot on its way here. */
    private static final class Transfer {
        final FrameRef last;
        final ByteArrayOutputStream state = new ByteArrayOutputStream();
        SnapshotManifest manifest;
        int count;
        int wanted;

        Transfer(FrameRef last) {
            this.last = last;
        }
    }

    private final SnapshotShelf shelf;
    private final Life life;
    private SplittableRandom random;
    private int laterPerMille;
    private Transfer transfer;
    /** A chunk that came, and that the device has not yet. */
    private SnapshotChunks.Chunk arrived;
    /** The last one that turned out to be of no use when its manifest came. */
    private FrameRef useless;

    SimulatedSnapshots(SnapshotShelf shelf, Life life) {
        this.shelf = shelf;
        this.life = life;
    }

    /** From now on that many of a thousand answers are not there yet when they are asked for. */
    void answerLater(SplittableRandom newRandom, int perMille) {
        random = newRandom;
        laterPerMille = perMille;
    }

    private boolean isLater() {
        return laterPerMille > 0 && random.nextInt(1000) < laterPerMille;
    }

    /**
     * Keeps one that was taken here; it is durable on return.
     *
     * @return false if it is stale: a newer one is kept
     */
    boolean publish(SnapshotManifest manifest, byte[] state) {
        life.check();
        return shelf.publish(manifest, state);
    }

    /** @return the state in one that is kept; null if it is not */
    byte[] state(FrameRef last) {
        life.check();
        SnapshotShelf.Kept kept = shelf.find(last);
        return kept == null ? null : kept.state().clone();
    }

    @Override
    public SnapshotManifest newest() {
        life.check();
        return shelf.newest();
    }

    @Override
    public SnapshotManifest newestUpTo(long index) {
        life.check();
        return shelf.manifests().stream()
                .filter(each -> each.last().index() <= index)
                .findFirst()
                .orElse(null);
    }

    @Override
    public SnapshotNeed need() {
        return SnapshotNeed.NONE;
    }

    @Override
    public void take() {
        // none is ever due
    }

    @Override
    public int maxChunkBytes() {
        return SnapshotChunks.MAX_BYTES;
    }

    @Override
    public int read(FrameRef snapshot, int number, MutableDirectBuffer buffer, int offset) {
        life.check();
        Invariant.check(number >= 0, "a chunk with a negative number", 0, number);
        if (isLater()) {
            return LATER;
        }
        SnapshotShelf.Kept kept = shelf.find(snapshot);
        if (kept == null || number >= SnapshotChunks.count(kept)) {
            return GONE;
        }
        return SnapshotChunks.encode(kept, number, buffer, offset);
    }

    @Override
    public int wantedChunk(FrameRef snapshot) {
        life.check();
        if (isLater()) {
            return LATER;
        }
        takeArrived();
        if (shelf.find(snapshot) != null) {
            return COMPLETE;
        }
        if (isOfNoUse(snapshot)) {
            return GONE;
        }
        if (transfer == null || !transfer.last.equals(snapshot)) {
            transfer = new Transfer(snapshot);
        }
        return transfer.wanted;
    }

    private boolean isOfNoUse(FrameRef snapshot) {
        if (snapshot.equals(useless)) {
            return true;
        }
        SnapshotManifest newest = shelf.newest();
        return newest != null
                && (snapshot.index() <= newest.last().index()
                        || snapshot.term() < newest.last().term());
    }

    @Override
    public void onChunk(FrameRef snapshot, int number, DirectBuffer buffer, int offset, int length) {
        life.check();
        takeArrived();
        SnapshotChunks.Chunk chunk = SnapshotChunks.decode(buffer, offset, length);
        if (chunk == null || !chunk.last().equals(snapshot) || chunk.number() != number) {
            return; // damaged: the same is wanted again
        }
        arrived = chunk;
        if (!isLater()) {
            takeArrived();
        }
    }

    private void takeArrived() {
        SnapshotChunks.Chunk chunk = arrived;
        arrived = null;
        if (chunk != null
                && transfer != null
                && transfer.last.equals(chunk.last())
                && transfer.wanted == chunk.number()) {
            take(chunk);
        }
    }

    private void take(SnapshotChunks.Chunk chunk) {
        if (chunk.number() == 0) {
            transfer.manifest = chunk.manifest();
            transfer.count = chunk.count();
            if (!shelf.admits(transfer.manifest)) {
                giveUpTransfer();
                return;
            }
        } else {
            transfer.state.writeBytes(chunk.state());
        }
        Invariant.check(chunk.count() == transfer.count, "one snapshot in two sizes", transfer.count, chunk.count());
        transfer.wanted++;
        if (chunk.isLast()) {
            if (!shelf.publish(transfer.manifest, transfer.state.toByteArray())) {
                giveUpTransfer();
            }
            transfer = null;
        }
    }

    private void giveUpTransfer() {
        useless = transfer.last;
        transfer = null;
    }

    @Override
    public void endTransfer() {
        life.check();
        transfer = null;
        arrived = null;
    }

    @Override
    public void orphanBeyond(long index) {
        life.check();
        shelf.orphanBeyond(index);
        useless = null;
        transfer = null; // it may be of the branch that was left
        arrived = null;
    }
}
