package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.replica.Snapshots;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.snapshot.ChunkVerdict;
import dev.lockstep.storage.snapshot.SnapshotReceiver;
import dev.lockstep.storage.snapshot.SnapshotStore;
import org.agrona.CloseHelper;

/** Brings the chunks of one transfer to the device. Owned by whoever has the turn. */
final class ChunkTaker implements AutoCloseable {
    /**
     * One chunk that fits to no other may be late, or a mistake. If the peer that is asked brings nothing else, his snapshot
     * of the same frame is cut or ordered in another way than that of the peer who has gone, and never fits.
     */
    private static final int STRANGERS_BEFORE_ANEW = 3;

    private final SnapshotStore store;
    private Transfer transfer;
    private SnapshotReceiver receiver;
    private int strangers;

    ChunkTaker(SnapshotStore store) {
        this.store = store;
    }

    /**
     * Ends what is not wanted any more, and begins what is; blocks for the device.
     *
     * @param requested what is wanted; null if nothing is
     * @return whether there was something to do
     */
    @SuppressWarnings("ReferenceEquality") // each begins once
    boolean follow(Transfer requested) {
        boolean isAnother = requested != transfer;
        if (isAnother) {
            close();
            transfer = requested;
        }
        boolean hasBegun = begin();
        return isAnother || hasBegun;
    }

    private boolean begin() {
        if (transfer == null || receiver != null || transfer.isOver()) {
            return false;
        }
        try {
            receiver = store.receive();
        } catch (StorageException.InUse e) {
            return false; // a snapshot is being taken here: later
        }
        strangers = 0;
        transfer.wants(receiver.wantedChunk());
        return true;
    }

    /** Takes a chunk if it is the one that is wanted; blocks for the device. */
    @SuppressWarnings("ReferenceEquality")
    void take(ArrivedChunk chunk) {
        if (receiver != null && chunk.transfer() == transfer && chunk.number() == receiver.wantedChunk()) {
            try {
                onVerdict(receiver.onChunk(chunk.bytes(), 0, chunk.length()));
            } catch (StorageException.WrongCluster e) {
                end(Snapshots.GONE);
            } catch (StorageException.DiskFull e) {
                closeReceiver();
                transfer.onFull(e);
            }
        }
    }

    private void onVerdict(ChunkVerdict verdict) {
        switch (verdict) {
            case ACCEPTED -> onAccepted();
            case COMPLETE -> end(Snapshots.COMPLETE);
            case STALE -> end(Snapshots.GONE);
            case FOREIGN -> onForeign();
            case DAMAGED, UNWANTED -> {
                // the same is wanted again
            }
        }
    }

    private void onAccepted() {
        if (receiver.manifest().last().equals(transfer.snapshot)) {
            strangers = 0;
            transfer.wants(receiver.wantedChunk());
        } else {
            beginAnew(); // it was the first chunk of another one
        }
    }

    private void onForeign() {
        strangers++;
        if (strangers == STRANGERS_BEFORE_ANEW) {
            beginAnew();
        }
    }

    private void beginAnew() {
        closeReceiver();
        transfer.wants(Snapshots.LATER);
        begin();
    }

    private void end(int outcome) {
        closeReceiver(); // first: whoever hears that it is over may begin the next one
        transfer.wants(outcome);
    }

    private void closeReceiver() {
        CloseHelper.close(receiver);
        receiver = null;
    }

    @Override
    public void close() {
        closeReceiver();
        transfer = null;
    }
}
