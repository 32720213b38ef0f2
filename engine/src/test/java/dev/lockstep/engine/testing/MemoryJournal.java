package dev.lockstep.engine.testing;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.journal.Damage;
import dev.lockstep.storage.journal.FlushListener;
import dev.lockstep.storage.journal.Journal;
import dev.lockstep.storage.journal.JournalReader;
import dev.lockstep.storage.journal.JournalSpace;
import dev.lockstep.storage.journal.ReadResult;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** A journal in memory: it is flushed at once unless a test does that, and is full or compacted when a test says so. */
public final class MemoryJournal implements Journal {
    private final List<Frame> frames = new ArrayList<>();
    private FrameRef base = FrameRef.ORIGIN;
    private long generation;
    private long flushedIndex;
    /** There is no room for anything. */
    public boolean isFull;
    /** Whether what is appended is on the device at once. */
    public boolean isFlushedAtOnce = true;

    @Override
    public Identity identity() {
        return new Identity(101);
    }

    @Override
    public boolean reserve(int frameLength) {
        return !isFull;
    }

    @Override
    public void cancelReservations() {}

    @Override
    public JournalSpace space() {
        return JournalSpace.READY;
    }

    @Override
    public void append(DirectBuffer buffer, int offset, int length) {
        UnsafeBuffer kept = new UnsafeBuffer(new byte[length]);
        kept.putBytes(0, buffer, offset, length);
        frames.add(new Frame().wrap(kept, 0));
        if (isFlushedAtOnce) {
            flush();
        }
    }

    /** All that is appended is on the device. */
    public void flush() {
        flushedIndex = appendedIndex();
    }

    @Override
    public long appendedIndex() {
        return appended().index();
    }

    @Override
    public FrameRef appended() {
        return frames.isEmpty() ? base : frames.get(frames.size() - 1).ref();
    }

    @Override
    public FrameRef base() {
        return base;
    }

    @Override
    public long flushedIndex() {
        return flushedIndex;
    }

    @Override
    public long generation() {
        return generation;
    }

    @Override
    public void onFlushed(FlushListener listener) {}

    @Override
    public boolean truncateFrom(long index) {
        if (isFull) {
            return false;
        }
        frames.removeIf(each -> each.firstIndex() >= index);
        flushedIndex = Math.min(flushedIndex, appendedIndex());
        generation++;
        return true;
    }

    @Override
    public boolean startAfter(FrameRef snapshot) {
        if (isFull) {
            return false;
        }
        frames.clear();
        base = snapshot;
        flushedIndex = snapshot.index();
        generation++;
        return true;
    }

    @Override
    public void compactBelow(long index) {
        while (!frames.isEmpty() && frames.get(0).lastIndex() < index) {
            base = frames.remove(0).ref();
        }
    }

    @Override
    public boolean setAsideFrom(long index) {
        return truncateFrom(index);
    }

    @Override
    public boolean isSound() {
        return true;
    }

    @Override
    public JournalReader newReader() {
        return new Reader();
    }

    @Override
    public void close() {}

    private final class Reader implements JournalReader {
        private Frame frame;

        @Override
        public ReadResult seek(long index) {
            if (index < 1) {
                throw new IllegalArgumentException("no frame has index " + index);
            }
            if (index <= base.index()) {
                return ReadResult.COMPACTED;
            }
            for (Frame each : frames) {
                if (each.lastIndex() >= index) {
                    frame = each;
                    return ReadResult.FRAME;
                }
            }
            return ReadResult.END;
        }

        @Override
        public ReadResult next() {
            return seek(frame == null ? base.index() + 1 : frame.lastIndex() + 1);
        }

        @Override
        public Frame frame() {
            return frame;
        }

        @Override
        public Damage damage() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }
}
