package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.Ack;
import dev.lockstep.engine.Outcome;
import dev.lockstep.storage.Invariant;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RecordDescriptor;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/**
 * What comes back to one submitter: replies from the applier's thread, and notes and the end of sessions from the hot one.
 * A submitter has no more under way than there is room for here, so that neither ever waits, and nothing that somebody
 * waits for is dropped; what comes late, of a session that has ended, may be.
 */
final class SubmitterLane {
    /** Bytes of a note: session, sequence, index, term, epoch, and the rank of what was reached. */
    static final int NOTE_LENGTH = 48;

    static final int NOTE_INDEX = 16;
    static final int NOTE_TERM = 24;
    static final int NOTE_EPOCH = 32;
    static final int NOTE_REACHED = 40;
    private static final int TYPE = 1;

    final int number;
    /** Records of {@link ReplyRecord}, written by the applier's thread. */
    final OneToOneRingBuffer replies;
    /** Written by the hot thread. */
    final OneToOneRingBuffer notes;

    /** Null if nobody wants to be woken. */
    private final Runnable onWritten;

    /** Set by the submitter's thread before anything of the session is offered; zero if there is none. */
    private volatile long session;

    // ---- the hot thread's

    /** The session as far as it has come to the hot thread; zero if that has none, or has ended it. */
    private long open;

    private long lastSequenced;
    /** Published by the one below, as the next one is. */
    private long endedAfter;

    private long committedAtEnd;
    private volatile long ended;

    /** Set by the applier's thread, before the reply that says so. */
    private volatile long refused;

    private final int maxReplyBytes;

    /**
     * @param number its place among all
     * @param window how many commands may be under way
     * @param maxReplyBytes the longest reply's payload
     */
    SubmitterLane(int number, int window, int maxReplyBytes) {
        this(number, window, maxReplyBytes, null);
    }

    /** @param onWritten is run by whoever has written something for the submitter; null if that polls all the time */
    SubmitterLane(int number, int window, int maxReplyBytes, Runnable onWritten) {
        this.number = number;
        this.onWritten = onWritten;
        this.maxReplyBytes = maxReplyBytes;
        this.replies = ring(window, ReplyRecord.HEAD_LENGTH + maxReplyBytes);
        this.notes = ring(window, NOTE_LENGTH);
    }

    /** @return what the replies of a window take, before that is rounded up to a power of two */
    static long repliesBytes(int window, int maxReplyBytes) {
        return neededBytes(window, ReplyRecord.HEAD_LENGTH + maxReplyBytes);
    }

    /** A round of the ring may end too early by one record, and one may come late of the session before. */
    private static long neededBytes(int records, int longest) {
        int each = BitUtil.align(longest + RecordDescriptor.HEADER_LENGTH, RecordDescriptor.ALIGNMENT);
        return (records + 2L) * each + BitUtil.CACHE_LINE_LENGTH;
    }

    private static OneToOneRingBuffer ring(int records, int longest) {
        int capacity = BitUtil.findNextPositivePowerOfTwo((int) neededBytes(records, longest));
        return new OneToOneRingBuffer(new UnsafeBuffer(BufferUtil.allocateDirectAligned(
                capacity + RingBufferDescriptor.TRAILER_LENGTH, BitUtil.CACHE_LINE_LENGTH)));
    }

    // ---- the submitter's thread

    void begin(long newSession) {
        session = newSession;
    }

    /** @return whether nothing of the session is sequenced any more */
    boolean isEnded(long which) {
        return ended == which;
    }

    /** @return the last command of the ended session that may be in the log */
    long endedAfter() {
        return endedAfter;
    }

    /** @return whether nothing of the session is applied any more, for it has expired or has a gap */
    boolean isRefused(long which) {
        return refused == which;
    }

    /** @return up to where the log was committed when the session ended: what others commit later may be something else */
    long committedAtEnd() {
        return committedAtEnd;
    }

    // ---- the hot thread

    /** A session's beginning was put into a frame. */
    void onOpened(long which) {
        open = which;
        lastSequenced = 0;
    }

    /** Its end was put into a frame. */
    void onClosed() {
        open = 0;
    }

    /** @return whether the session's commands may follow */
    boolean isOpen(long which) {
        return open == which;
    }

    /** @return the session that was begun and has not ended; zero if there is none */
    long openSession() {
        return open;
    }

    /** A command is about to be put into the log: from now on it may be there. */
    void onSequenced(long which, long sequence) {
        if (which == open) {
            lastSequenced = sequence;
        }
    }

    /**
     * Nothing of the session is sequenced any more.
     *
     * @param committed up to where the log is committed now
     */
    void end(long which, long committed) {
        endedAfter = which == open ? lastSequenced : 0;
        committedAtEnd = committed;
        open = 0;
        ended = which;
        wake();
    }

    private void wake() {
        if (onWritten != null) {
            onWritten.run();
        }
    }

    void note(long which, long sequence, FramePlace place, Ack reached) {
        int at = session == which ? notes.tryClaim(TYPE, NOTE_LENGTH) : 0;
        if (at <= 0) {
            Invariant.check(isLate(which), "there is no room for a note that somebody waits for");
            return;
        }
        UnsafeBuffer buffer = (UnsafeBuffer) notes.buffer();
        buffer.putLong(at, which);
        buffer.putLong(at + Long.BYTES, sequence);
        buffer.putLong(at + NOTE_INDEX, place.index);
        buffer.putLong(at + NOTE_TERM, place.term);
        buffer.putLong(at + NOTE_EPOCH, place.epoch);
        buffer.putInt(at + NOTE_REACHED, reached.rank());
        notes.commit(at);
        wake();
    }

    private boolean isLate(long which) {
        return session != which || ended == which;
    }

    // ---- the applier's thread

    /** @return whether there is room for a reply of that length */
    boolean takes(int length) {
        return length <= maxReplyBytes;
    }

    /** A command of the session was not applied, and so none that follows it will be. */
    void refuse(long which) {
        refused = which;
    }

    /** @return false if nobody waits for it any more */
    boolean reply(
            long which,
            long sequence,
            FramePlace place,
            Outcome outcome,
            int code,
            DirectBuffer payload,
            int offset,
            int length) {
        int at = session == which ? replies.tryClaim(TYPE, ReplyRecord.HEAD_LENGTH + length) : 0;
        if (at <= 0) {
            Invariant.check(isLate(which), "there is no room for a reply that somebody waits for");
            return false;
        }
        UnsafeBuffer buffer = (UnsafeBuffer) replies.buffer();
        ReplyRecord.writeHead(buffer, at, which, sequence, place, outcome, code);
        buffer.putBytes(at + ReplyRecord.HEAD_LENGTH, payload, offset, length);
        replies.commit(at);
        wake();
        return true;
    }
}
