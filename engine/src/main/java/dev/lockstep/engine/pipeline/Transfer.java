package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.replica.Snapshots;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.StorageException;

/**
 * A snapshot on its way here. The replica's thread makes one for each time that it begins; the worker says how far it has
 * come.
 */
final class Transfer {
    /** There was no room for it on the device; it may begin anew. */
    static final int NO_ROOM = -4;

    final FrameRef snapshot;
    private StorageException.DiskFull full;
    private volatile int wanted = Snapshots.LATER;

    Transfer(FrameRef snapshot) {
        this.snapshot = snapshot;
    }

    /** @return what {@link Snapshots#wantedChunk} says of it, or {@link #NO_ROOM} */
    int wanted() {
        return wanted;
    }

    /** @return whether nothing more will come of it */
    boolean isOver() {
        int now = wanted;
        return now < 0 && now != Snapshots.LATER;
    }

    /** @return what the device said, if there was {@link #NO_ROOM} */
    StorageException.DiskFull full() {
        return full;
    }

    /** The worker. */
    void wants(int chunk) {
        wanted = chunk;
    }

    /** The worker. */
    void onFull(StorageException.DiskFull cause) {
        full = cause;
        wanted = NO_ROOM;
    }
}
