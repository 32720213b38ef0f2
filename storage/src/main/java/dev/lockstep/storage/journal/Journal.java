package dev.lockstep.storage.journal;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.StorageException;
import java.util.function.LongConsumer;
import org.agrona.DirectBuffer;

/**
 * The replicated log on this node. One writer thread appends and cuts; any thread may ask for positions; each reading
 * thread takes a reader of its own.
 *
 * <p><em>Appended</em> means in the memory map: it survives the process. <em>Flushed</em> means on the device: it
 * survives the machine. {@code appendedIndex >= flushedIndex} at all times.
 *
 * <p>After a failed force, append, cut or preparation every call of the writer throws: the node must stop.
 */
public interface Journal extends AutoCloseable {
    /**
     * @return which journal this is
     */
    Identity identity();

    /**
     * Sets room aside for a frame, so that appending it later cannot fail for lack of room: a frame may be sent as soon
     * as this has returned true. Frames are then appended in the order in which room was taken for them. Does not block.
     * Writer only.
     *
     * @param frameLength the frame's length
     * @return false if there is no room now: ask again later; {@link #space} says whether the disk is full, or the bound met
     * @throws IllegalArgumentException if the frame is longer than any the journal can take
     */
    boolean reserve(int frameLength);

    /** Gives back all room that was set aside and not used. Writer only. */
    void cancelReservations();

    /**
     * @return whether the next segment is ready: without it there is room only to the end of the one in use
     */
    JournalSpace space();

    /**
     * @return what its directory takes of the disk; looked at with each segment that is made or deleted if there is a bound to
     *     that, otherwise zero
     */
    default long usedBytes() {
        return 0;
    }

    /**
     * Appends a sealed frame for which room was reserved. When it returns, the frame survives the process and every
     * reader can see it. Checks that the frame follows the last one; its checksum was made, or verified, by the caller.
     * Does not block. Writer only.
     *
     * @param buffer where it is; direct memory
     * @param offset its first byte
     * @param length its length
     * @throws Invariant.Violation if it does not follow the last frame, or no room was reserved
     */
    void append(DirectBuffer buffer, int offset, int length);

    /**
     * @return the last index appended; 0 before the first
     */
    long appendedIndex();

    /**
     * @return the last frame appended. Writer only; allocates
     */
    FrameRef appended();

    /**
     * @return what stands before the oldest frame held
     */
    FrameRef base();

    /**
     * @return the last index known to be on the device
     */
    long flushedIndex();

    /**
     * @return a number that changes with every cut, to be compared for equality only: a flush that began under another
     *     generation proves nothing
     */
    long generation();

    /**
     * @param listener hears of every flush from now on, in place of the one before
     */
    void onFlushed(FlushListener listener);

    /**
     * @param listener hears, on the thread that appends, with which index each new segment begins, in place of the one
     *     before; where there are no segments it hears nothing
     */
    default void onRolled(LongConsumer listener) {}

    /**
     * Cuts the log: the frame that starts at an index, and all behind it, are no longer part of it. The promise is
     * lowered first; a crash at any moment leaves the old log or the cut one. The cut survives the process on return, and
     * the machine from the next flush on. Reservations are gone. Writer only.
     *
     * @param index the first index of a frame, above the commit mark
     * @return false if there is no room for the note of the cut: nothing was changed, try again
     * @throws Invariant.Violation if the index is not above the commit mark, or not the first of a frame
     * @throws IllegalArgumentException if the log does not hold the index
     * @throws StorageException.Damaged if the frame before it cannot be read
     */
    boolean truncateFrom(long index);

    /**
     * Lets the log begin behind a snapshot that was installed, throwing away all it held. The snapshot must be durable.
     * Reservations are gone. Writer only.
     *
     * @param snapshot the last frame that the snapshot contains
     * @return false if there is no room for the note of it: nothing was changed, try again
     */
    boolean startAfter(FrameRef snapshot);

    /**
     * Allows everything below an index to be deleted. Whole segments go, oldest first, in the background; readers in
     * them finish undisturbed. The caller knows that a durable snapshot reaches at least that far. Writer only.
     *
     * @param index the oldest index still wanted
     */
    void compactBelow(long index);

    /**
     * Where the log takes all that it may, frames may go on in one more segment, which is kept back for that: what they bring
     * lets the log be compacted, and nothing else does. There is room for a cut all the same. Not again before the log takes
     * less. Writer only; a journal that has no bound does nothing.
     */
    default void relieve() {}

    /**
     * Puts damaged history aside: the segments that hold it are kept under another name, and the log ends before the
     * index. Forces a directory, and so blocks, for the sake of the evidence. The caller has forced the
     * <em>recovering</em> flag. Writer only.
     *
     * @param index the first index that cannot be read
     * @return false if there is no room for the note of it: nothing was changed, try again
     * @throws StorageException if the segments cannot be put aside
     */
    boolean setAsideFrom(long index);

    /**
     * @return false once something has failed that the journal cannot go on after
     */
    boolean isSound();

    /**
     * @return a reader for the calling thread, which must close it
     */
    JournalReader newReader();

    /**
     * Makes everything appended durable, then lets go of all files. Flusher and preparer must have been stopped.
     * Idempotent.
     */
    @Override
    void close();
}
