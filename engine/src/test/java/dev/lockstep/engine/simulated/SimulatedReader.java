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
    /** The log's when nothing was read yet. */
    private final long firstGeneration;

    private boolean isFrameHeld;
    /** The frame that was read last, or stands before the next one; null before the first. */
    private FrameRef last;
    /** That frame's entry, and where it stood; it may have moved since. */
    private LogEntry lastEntry;

    private int lastPlace;
    private Damage damage;

    SimulatedReader(SimulatedJournal journal) {
        this.journal = journal;
        this.firstGeneration = journal.generation();
    }

    @Override
    public ReadResult seek(long index) {
        LogContent content = journal.content();
        long end = content.last().index() + 1;
        if (index > end || index < 1) {
            throw new IllegalArgumentException("cannot read from index " + index + ": the log goes up to " + (end - 1));
        }
        if (index == end) {
            return seekEnd(content);
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

    private ReadResult seekEnd(LogContent content) {
        int newest = content.size() - 1;
        if (newest >= 0 && content.at(newest).isDamaged()) {
            return damaged(content.at(newest));
        }
        standAt(content, newest);
        return ReadResult.END;
    }

    @Override
    public ReadResult next() {
        LogContent content = journal.content();
        if (last == null) {
            if (journal.generation() != firstGeneration && content.base().index() > 0) {
                return ReadResult.COMPACTED; // it may be a snapshot that was not there when the reader was made
            }
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
            return damaged(entry);
        }
        frame.wrap(entry.bytes(), 0);
        isFrameHeld = true;
        standAt(content, place);
        return ReadResult.FRAME;
    }

    private ReadResult damaged(LogEntry entry) {
        FrameDefect defect = new Frame().verify(new Checksum(), entry.bytes(), 0, entry.length());
        Invariant.check(defect != FrameDefect.NONE, "a damaged frame passes for a sound one");
        damage = new Damage(0, Path.of("simulated"), 0, entry.firstIndex(), defect.description());
        return ReadResult.DAMAGED;
    }

    @Override
    public Frame frame() {
        Invariant.check(isFrameHeld, "a frame was asked for before one was read, or after the reader was closed");
        return frame;
    }

    @Override
    public Damage damage() {
        return damage;
    }

    @Override
    public void close() {
        isFrameHeld = false;
    }
}
