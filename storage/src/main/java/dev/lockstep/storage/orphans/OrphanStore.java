package dev.lockstep.storage.orphans;

import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.frame.Frame;

/**
 * Keeps frames that a deposed primary had and the new one never had, in batches, for a person to look at (PROTOCOL F and
 * H). Owned by one thread at a time. Used after {@link #close}, the methods throw {@link Invariant.Violation}.
 */
public interface OrphanStore extends AutoCloseable {
    /**
     * Puts a frame behind the others of the batch that is open, and opens one if there is none. Blocks on the device. The
     * frame survives the process from here on, the machine only once the batch is sealed: so the log is cut after that.
     *
     * @param frame the frame, verified, and behind the one kept before; not looked at once this has returned
     * @throws StorageException.DiskFull if there is no room for it: what was kept before stands, and the same frame may
     *     be kept again when there is room
     * @throws StorageException.ForceFailed if the device refuses, or refused before: the store keeps nothing more until
     *     a restart
     */
    void keep(Frame frame);

    /**
     * Ends the batch that is open. Blocks until the device has it: once this returns, its frames survive a power cut. The
     * next frame opens another batch.
     *
     * @return under which name the batch is kept, for the report; null if nothing was kept since the last one
     * @throws StorageException.ForceFailed if the device refuses, or refused before: what it holds of the batch is
     *     unknown, and the store keeps nothing more until a restart
     */
    String seal();

    /** Lets go of the store; of a batch that is not sealed, what was written stays. Does nothing the second time. */
    @Override
    void close();
}
