package dev.lockstep.engine.simulated;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.frame.Checksum;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.frame.FrameDefect;
import dev.lockstep.storage.journal.Damage;
import dev.lockstep.storage.journal.JournalReader;
import dev.lockstep.storage.journal.ReadResult;
import java.nio.file.Path;

/** Reads a {@link SimulatedJournal}. */
final class SimulatedReader implements JournalReader {
    private final SimulatedJournal journal;
    private final Checksum checksum = new Checksum();
    private final Frame frame = new Frame();
    /** The frame that was read last, or stands before the next one; null before the first. */
    private FrameRef last;

    private Damage damage;

    SimulatedReader(SimulatedJournal journal) {
        this.journal = journal;
    }

    @Override
    public ReadResult seek(long index) {
        LogContent content = journal.content();
        long end = content.last().index() + 1;
        if (index > end) {
            throw new IllegalArgumentException("index " + index + " lies beyond " + end + ", the next to be appended");
        }
        if (index == end) {
            last = content.last();
            return ReadResult.END;
        }
        LogContent.Entry entry = content.holding(index);
        if (entry == null) {
            return ReadResult.COMPACTED;
        }
        ReadResult result = read(entry);
        if (result == ReadResult.FRAME) {
            frame.moveBefore(index);
        }
        return result;
    }

    @Override
    public ReadResult next() {
        LogContent content = journal.content();
        if (last == null) {
            last = content.base();
        }
        if (last.index() < content.base().index()) {
            return ReadResult.COMPACTED;
        }
        if (!content.holds(last)) {
            return ReadResult.CUT;
        }
        LogContent.Entry entry = content.holding(last.index() + 1);
        return entry == null ? ReadResult.END : read(entry);
    }

    private ReadResult read(LogContent.Entry entry) {
        FrameDefect defect =
                frame.verify(checksum, entry.bytes(), 0, entry.bytes().capacity());
        if (defect != FrameDefect.NONE) {
            damage = new Damage(0, Path.of("simulated"), 0, entry.firstIndex(), defect.description());
            return ReadResult.DAMAGED;
        }
        last = entry.ref();
        return ReadResult.FRAME;
    }

    @Override
    public Frame frame() {
        return frame;
    }

    @Override
    public Damage damage() {
        return damage;
    }

    @Override
    public void close() {
        // nothing is held
    }
}
