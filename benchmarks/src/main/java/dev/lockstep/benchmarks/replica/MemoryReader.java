package dev.lockstep.benchmarks.replica;

import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.journal.Damage;
import dev.lockstep.storage.journal.JournalReader;
import dev.lockstep.storage.journal.ReadResult;

/** Reads frames where they lie in the ring, until they are written over. */
final class MemoryReader implements JournalReader {
    private final MemoryJournal journal;
    private final Frame frame = new Frame();
    /** The index that comes next. */
    private long nextIndex = 1;

    MemoryReader(MemoryJournal journal) {
        this.journal = journal;
    }

    @Override
    public ReadResult seek(long index) {
        if (index > journal.appendedIndex() + 1) {
            throw new IllegalArgumentException(
                    "index " + index + " lies ahead of the log, which ends at " + journal.appendedIndex());
        }
        nextIndex = index;
        return next();
    }

    @Override
    public ReadResult next() {
        if (nextIndex > journal.appendedIndex()) {
            return ReadResult.END;
        }
        journal.wrap(frame, nextIndex);
        nextIndex++;
        return ReadResult.FRAME;
    }

    @Override
    public Frame frame() {
        return frame;
    }

    @Override
    public Damage damage() {
        throw new UnsupportedOperationException("nothing is damaged here");
    }

    @Override
    public void close() {}
}
