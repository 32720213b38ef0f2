package dev.lockstep.engine.replica;

import dev.lockstep.engine.Ack;
import dev.lockstep.storage.frame.FrameEncoder;

/** What a primary is given: frames for the log, and who waits for how far a command comes. Owned by the hot thread. */
public interface Proposals {
    /** Frames cannot be proposed here: this node is not the primary, or not yet, or hands over. */
    long NOT_PRIMARY = -2;
    /** The journal has no room now. */
    long NO_ROOM = Sequencer.NO_ROOM;

    /** @return whether frames may be proposed here now */
    boolean isOpen();

    /**
     * Lets a frame come right behind the log's last one, seals it, sends it, and appends it. The reign may end within this,
     * after the frame was sent.
     *
     * @param encoder a frame that was started and filled; where there is no room it can be proposed again later, as it is
     * @return the frame's last index; {@link #NO_ROOM} or {@link #NOT_PRIMARY}
     */
    long propose(FrameEncoder encoder);

    /**
     * Has the listener told when a command has come as far as its submitter wants. Those who wait for the same level are
     * told in the order in which they began to.
     *
     * @param index the command's, just proposed, in this reign; not before one that waits for the same level
     * @param level how far; something must be waited for
     * @param deadlineNs tell it then what was reached, in the time of {@link Replica#onTick}; not before those that wait for
     *     the same level already
     * @return false if this node is not the primary, or too many wait for that level: then the listener hears nothing
     */
    boolean await(long index, Ack level, long deadlineNs);
}
