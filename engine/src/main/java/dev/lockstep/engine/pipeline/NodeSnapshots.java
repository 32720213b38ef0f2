package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.replica.SnapshotNeed;
import dev.lockstep.engine.replica.Snapshots;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.snapshot.SnapshotManifest;
import dev.lockstep.storage.snapshot.SnapshotStore;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.Agent;

/**
 * The snapshots of a node, as its replica uses them: the replica's thread asks, {@link #worker} does the work on the
 * background thread, and the answer is there when the same is asked again. Owned by the replica's thread, which takes no
 * lock here, makes nothing while nothing happens, and waits for {@link #orphanBeyond} alone. All room is taken at the start.
 */
final class NodeSnapshots implements Snapshots, AutoCloseable {
    /** A manifest may be longer than other chunks: the bytes of a CONFIG, and what stands before them. */
    private static final int MAX_MANIFEST_BYTES = SnapshotManifest.MAX_CONFIG_BYTES + 1024;

    /** Takes snapshots of what was applied here. */
    interface Taker {
        /** @return whether one is due, or being taken */
        SnapshotNeed need();

        /** It is this node's turn. */
        void take();
    }

    private final SnapshotStore store;
    private final SnapshotTurn turn;
    private final Taker taker;
    private final int maxChunkBytes;
    private final ServedChunks served;
    private final ArrivedChunk arrived;
    private final SnapshotWorker worker;
    /** What comes, or came last; null if nothing does. */
    private Transfer transfer;

    /**
     * @param chunkBytes the store's longest chunk
     * @param turn who may use what is open of the store, also to whoever takes snapshots
     * @param taker takes them
     */
    NodeSnapshots(SnapshotStore store, int chunkBytes, SnapshotTurn turn, Taker taker) {
        this.store = store;
        this.turn = turn;
        this.taker = taker;
        this.maxChunkBytes = Math.max(chunkBytes, MAX_MANIFEST_BYTES);
        this.served = new ServedChunks(maxChunkBytes);
        this.arrived = new ArrivedChunk(maxChunkBytes);
        this.worker = new SnapshotWorker(store, turn, served, arrived);
    }

    /** @return what the background thread runs */
    Agent worker() {
        return worker;
    }

    @Override
    public SnapshotManifest newest() {
        checkWorker();
        return Kept.newest(store.kept());
    }

    @Override
    public SnapshotManifest newestUpTo(long index) {
        return Kept.newestUpTo(store.kept(), index);
    }

    @Override
    public SnapshotNeed need() {
        return taker.need();
    }

    /** One that comes from a peer leaves no room for another. */
    @Override
    public void take() {
        if (!isReceiving()) {
            taker.take();
        }
    }

    @Override
    public int maxChunkBytes() {
        return maxChunkBytes;
    }

    @Override
    public int read(FrameRef snapshot, int number, MutableDirectBuffer buffer, int offset) {
        checkWorker();
        SnapshotManifest kept = Kept.find(store.kept(), snapshot);
        if (kept == null || number < 0) {
            return GONE; // whatever was read before it went
        }
        return served.read(kept, number, buffer, offset);
    }

    @Override
    public int wantedChunk(FrameRef snapshot) {
        checkWorker();
        boolean isUnderWay = isUnderWay(snapshot);
        // In this order: what is said of a chunk is said before there is room for the next one, and what is complete is
        // kept before that is said.
        boolean isBusy = arrived.isFull();
        int wanted = isUnderWay ? transfer.wanted() : LATER;
        List<SnapshotManifest> kept = store.kept();
        boolean isComplete = Kept.find(kept, snapshot) != null;
        if (isComplete || Kept.isNoNewer(kept, snapshot)) {
            request(null); // or nobody could take a snapshot here
            return isComplete ? COMPLETE : GONE;
        }
        if (!isUnderWay || wanted == COMPLETE) { // it came, and was damaged since
            request(new Transfer(snapshot));
            return LATER;
        }
        if (wanted == Transfer.NO_ROOM) {
            StorageException.DiskFull full = transfer.full();
            request(null);
            throw full;
        }
        return isBusy ? LATER : wanted;
    }

    private boolean isUnderWay(FrameRef snapshot) {
        return transfer != null && transfer.snapshot.equals(snapshot);
    }

    private void request(Transfer next) {
        if (transfer != null || next != null) {
            transfer = next;
            worker.request(next);
        }
    }

    @Override
    public void onChunk(FrameRef snapshot, int number, DirectBuffer buffer, int offset, int length) {
        checkWorker();
        boolean isTaken = isUnderWay(snapshot)
                && number >= 0
                && number == transfer.wanted()
                && length > 0
                && length <= maxChunkBytes
                && !arrived.isFull();
        if (isTaken) {
            arrived.fill(transfer, number, buffer, offset, length);
        }
    }

    @Override
    public void endTransfer() {
        request(null);
    }

    /** @return whether a snapshot comes from a peer: none can be taken here meanwhile */
    boolean isReceiving() {
        return transfer != null && !transfer.isOver();
    }

    @Override
    public void orphanBeyond(long index) {
        checkWorker();
        turn.take();
        try {
            turn.leaveBranch();
            transfer = null;
            worker.letGo();
            store.orphanBeyond(index);
        } finally {
            turn.release();
        }
    }

    /** What the worker met stops the node; what was kept before is intact. */
    private void checkWorker() {
        Throwable failure = worker.failure();
        if (failure != null) {
            throw new StorageException("snapshots can neither be served nor fetched: " + failure.getMessage(), failure);
        }
    }

    /** Lets go of everything; nothing is served or taken any more. Any thread; waits as {@link #orphanBeyond} does. */
    @Override
    public void close() {
        turn.take();
        try {
            worker.close();
        } finally {
            turn.release();
        }
    }
}
