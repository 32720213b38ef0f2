package dev.lockstep.benchmarks.replica;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.journal.FlushListener;
import dev.lockstep.storage.journal.Journal;
import dev.lockstep.storage.journal.JournalReader;
import dev.lockstep.storage.journal.JournalSpace;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The newest frames of a log, in a ring of direct memory: appending copies, and no more, so that what is measured is the
 * replica. Every frame here holds one index. Owned by one thread.
 */
final class MemoryJournal implements Journal {
    /** The longest frame. */
    static final int FRAME_BYTES = 1024;

    private static final int FRAMES = 64;

    private final Identity identity;
    private final UnsafeBuffer ring =
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(FRAMES * FRAME_BYTES, FRAME_BYTES));
    private final Frame frame = new Frame();
    private long appendedIndex;
    private long flushedIndex;

    /** @param identity which journal this is */
    MemoryJournal(Identity identity) {
        this.identity = identity;
    }

    /** Says that all of it is on the device. */
    void flush() {
        flushedIndex = appendedIndex;
    }

    /** Lets a frame be looked at that was not written over yet. */
    void wrap(Frame reader, long index) {
        reader.wrap(ring, offset(index));
        Invariant.check(
                reader.lastIndex() == index,
                "a frame that was written over, or of several indexes",
                index,
                reader.lastIndex());
    }

    private static int offset(long index) {
        return (int) (index & (FRAMES - 1)) * FRAME_BYTES;
    }

    private FrameRef ref(long index) {
        if (index == 0) {
            return FrameRef.ORIGIN;
        }
        wrap(frame, index);
        return frame.ref();
    }

    @Override
    public Identity identity() {
        return identity;
    }

    @Override
    public boolean reserve(int frameLength) {
        return frameLength <= FRAME_BYTES;
    }

    @Override
    public void cancelReservations() {}

    @Override
    public JournalSpace space() {
        return JournalSpace.READY;
    }

    @Override
    public void append(DirectBuffer buffer, int offset, int length) {
        appendedIndex++;
        ring.putBytes(offset(appendedIndex), buffer, offset, length);
    }

    @Override
    public long appendedIndex() {
        return appendedIndex;
    }

    @Override
    public FrameRef appended() {
        return ref(appendedIndex);
    }

    @Override
    public FrameRef base() {
        return FrameRef.ORIGIN; // nobody compacts it
    }

    @Override
    public long flushedIndex() {
        return flushedIndex;
    }

    @Override
    public long generation() {
        return 0;
    }

    @Override
    public void onFlushed(FlushListener listener) {}

    @Override
    public boolean truncateFrom(long index) {
        throw new UnsupportedOperationException("a log was cut while nothing went wrong");
    }

    @Override
    public boolean startAfter(FrameRef snapshot) {
        throw new UnsupportedOperationException("there are no snapshots here");
    }

    @Override
    public void compactBelow(long index) {
        throw new UnsupportedOperationException("a log was compacted that has no snapshots");
    }

    @Override
    public boolean setAsideFrom(long index) {
        throw new UnsupportedOperationException("a log was damaged while nothing went wrong");
    }

    @Override
    public boolean isSound() {
        return true;
    }

    @Override
    public JournalReader newReader() {
        return new MemoryReader(this);
    }

    @Override
    public void close() {}
}
