package dev.lockstep.engine.simulated;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Invariant;
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
    private final Frame frame = new Frame();
    /** The frame that was read last, or stands before the next one; null before the first. */
    private FrameRef last;
    /** That frame's entry, and where it stood; it may have moved since. */
    private LogEntry lastEntry;

    private int lastPlace;
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
            standAt(content, content.size() - 1);
            return ReadResult.END;
        }
        int place = content.placeOf(index);
        if (place < 0) {
            return ReadResult.COMPACTED;
        }
        ReadResult result = read(content, place);
        if (result == ReadResult.FRAME) {
            frame.moveBefore(index);
        }
        return result;
    }

    @Override
    public ReadResult next() {
        LogContent content = journal.content();
        if (last == null) {
            standAt(content, -1);
        }
        if (!isWhereItWas(content)) {
            if (last.index() < content.base().index()) {
                return ReadResult.COMPACTED;
            }
            if (!content.holds(last)) {
                return ReadResult.CUT;
            }
            standAt(content, content.placeOf(last.index()));
        }
        int next = lastPlace + 1;
        return next == content.size() ? ReadResult.END : read(content, next);
    }

    /** The fast way: mostly nothing was cut or compacted in between. */
    private boolean isWhereItWas(LogContent content) {
        return lastEntry != null && lastPlace < content.size() && content.at(lastPlace) == lastEntry;
    }

    private void standAt(LogContent content, int place) {
        lastPlace = place;
        lastEntry = place < 0 ? null : content.at(place);
        last = place < 0 ? content.base() : lastEntry.ref();
    }

    private ReadResult read(LogContent content, int place) {
        LogEntry entry = content.at(place);
        if (entry.isDamaged()) {
            FrameDefect defect = frame.verify(new Checksum(), entry.bytes(), 0, entry.length());
            Invariant.check(defect != FrameDefect.NONE, "a damaged frame passes for a sound one");
            damage = new Damage(0, Path.of("simulated"), 0, entry.firstIndex(), defect.description());
            return ReadResult.DAMAGED;
        }
        frame.wrap(entry.bytes(), 0);
        standAt(content, place);
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
