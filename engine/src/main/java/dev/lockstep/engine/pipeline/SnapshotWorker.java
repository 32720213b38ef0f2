package dev.lockstep.engine.pipeline;

import dev.lockstep.storage.snapshot.SnapshotStore;
import org.agrona.CloseHelper;
import org.agrona.concurrent.Agent;

/**
 * Does for {@link NodeSnapshots} what the device is needed for, one piece at a time, so that whoever shares the thread waits
 * for one chunk at most. Owned by the background thread; what it holds open belongs to whoever has the turn.
 */
final class SnapshotWorker implements Agent {
    private final SnapshotTurn turn;
    private final ServedChunks served;
    private final ArrivedChunk arrived;
    private final ChunkReader reader;
    private final ChunkTaker taker;
    private boolean isClosed;
    private volatile Transfer requested;
    private volatile Throwable failure;

    SnapshotWorker(SnapshotStore store, SnapshotTurn turn, ServedChunks served, ArrivedChunk arrived) {
        this.turn = turn;
        this.served = served;
        this.arrived = arrived;
        this.reader = new ChunkReader(store);
        this.taker = new ChunkTaker(store);
    }

    @Override
    public String roleName() {
        return "snapshots";
    }

    @Override
    public int doWork() {
        if (failure != null || !turn.tryTake()) {
            return 0;
        }
        try {
            return isClosed ? 0 : workAtTurn();
        } catch (RuntimeException | Error e) {
            failure = e; // the replica's thread stops the node; agents that share this thread go on until then
            return 0;
        } finally {
            turn.release();
        }
    }

    private int workAtTurn() {
        int work = !turn.isWriting() && taker.follow(requested) ? 1 : 0;
        if (arrived.isFull()) {
            taker.take(arrived);
            arrived.empty();
            work++;
        }
        ServedChunk asked = served.asked();
        if (asked != null) {
            reader.answer(asked);
            work++;
        } else if (reader.closeIfGone()) {
            work++;
        }
        return work;
    }

    @Override
    public void onClose() {
        turn.take();
        try {
            close();
        } finally {
            turn.release();
        }
    }

    // ---- the replica's thread

    /** @param transfer what is to come here from now on; null for nothing */
    void request(Transfer transfer) {
        requested = transfer;
    }

    /** @return why it works no more; null if it does */
    Throwable failure() {
        return failure;
    }

    // ---- whoever has the turn

    /** Lets go of everything of the store, and forgets what it was asked. Only by the replica's thread. */
    void letGo() {
        requested = null;
        arrived.empty();
        served.clear();
        CloseHelper.closeAll(reader, taker);
    }

    /** Lets go of everything of the store, and works no more. */
    void close() {
        isClosed = true;
        CloseHelper.closeAll(reader, taker);
    }
}
