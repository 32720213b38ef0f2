package dev.lockstep.engine.replica;

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

/** A journal for parts that only look frames up: it grows, is flushed at once, and is compacted when a test says so. */
final class MemoryJournal implements Journal {
    private final List<Frame> frames = new ArrayList<>();
    private FrameRef base = FrameRef.ORIGIN;

    @Override
    public Identity identity() {
        return new Identity(101);
    }

    @Override
    public boolean reserve(int frameLength) {
        return true;
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
        return appendedIndex();
    }

    @Override
    public long generation() {
        return 0;
    }

    @Override
    public void onFlushed(FlushListener listener) {}

    @Override
    public boolean truncateFrom(long index) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean startAfter(FrameRef snapshot) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void compactBelow(long index) {
        while (!frames.isEmpty() && frames.get(0).lastIndex() < index) {
            base = frames.remove(0).ref();
        }
    }

    @Override
    public boolean setAsideFrom(long index) {
        throw new UnsupportedOperationException();
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
