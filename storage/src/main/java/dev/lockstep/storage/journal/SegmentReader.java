package dev.lockstep.storage.journal;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.Ownership;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.frame.Frame;
import java.io.IOException;

/**
 * Reads the log across segments. Owned by one thread.
 *
 * <p>Cuts are noticed by the log's generation: when it has changed, the reader first looks whether the frame that it
 * read last is still part of the log. What looks like damage while the generation changes is a cut, not damage.
 */
final class SegmentReader implements JournalReader {
    /** No generation of the log: the reader must look before it goes on. */
    private static final long NO_GENERATION = -1;

    private final LogState state;
    private final Ownership ownership = new Ownership("a journal reader");
    private final SegmentCursor cursor = new SegmentCursor();
    private final Frame frame = new Frame();
    private Segment segment;
    private SegmentMap map;
    private long generation;
    /** The chain at the reader's position: the last frame that it has passed. */
    private long lastIndex;

    private long lastTerm;
    private int lastCrc;
    private Damage damage;

    SegmentReader(LogState state) {
        this.state = state;
        this.generation = state.generation();
    }

    @Override
    public ReadResult seek(long index) {
        ownership.check();
        generation = state.generation();
        ReadResult result = seekIn(index);
        return generation == state.generation() && !state.isCutUnderWay() ? result : ReadResult.CUT;
    }

    private ReadResult seekIn(long index) {
        Segment first = state.first();
        long appended = state.appendedIndex();
        if (index > appended + 1 || index < 1) {
            throw new IllegalArgumentException("cannot read from index " + index + ": the log goes up to " + appended);
        }
        long base = first == null ? appended : first.base().index();
        if (index <= base) {
            return ReadResult.COMPACTED;
        }
        if (index <= appended) {
            return seekFrame(first, index);
        }
        if (appended > base) {
            ReadResult last = seekFrame(first, appended);
            return last == ReadResult.FRAME ? ReadResult.END : last;
        }
        standBeforeOldest();
        return ReadResult.END;
    }

    /** Stands before the oldest frame held, or where the first one will be. */
    private void standBeforeOldest() {
        Segment oldest = state.first();
        while (oldest != null && !moveTo(oldest)) {
            oldest = state.first();
        }
        FrameRef base = oldest == null ? FrameRef.ORIGIN : oldest.base();
        lastIndex = base.index();
        lastTerm = base.term();
        lastCrc = base.crc();
        cursor.follow(lastIndex, lastTerm, lastCrc);
    }

    private ReadResult seekFrame(Segment first, long index) {
        if (!moveTo(segmentOf(first, index))) {
            return ReadResult.COMPACTED;
        }
        int from = segment.index().before(index);
        if (!find(from, index)) {
            return suspect("no frame that holds this index", index);
        }
        if (cursor.recordPosition() == from) {
            // Started at this very frame, so nothing says yet what it follows: come from further back.
            long firstIndex = cursor.frame().firstIndex();
            find(segment.index().before(firstIndex), firstIndex);
        }
        lastIndex = cursor.index();
        ReadResult result = readInSegment();
        if (result == ReadResult.FRAME) {
            if (index < frame.firstIndex() || index > frame.lastIndex()) {
                return suspect("no frame that holds this index", index);
            }
            frame.moveBefore(index);
        }
        return result;
    }

    private static Segment segmentOf(Segment first, long index) {
        Segment found = first;
        for (Segment next = found.next(); next != null && next.base().index() < index; next = found.next()) {
            found = next;
        }
        return found;
    }

    private boolean find(int from, long index) {
        if (from < 0) {
            FrameRef base = segment.base();
            cursor.at(map.buffer(), segment.layout().firstFramePosition());
            cursor.follow(base.index(), base.term(), base.crc());
        } else {
            cursor.at(map.buffer(), from);
        }
        return cursor.find(index, segment.endPosition());
    }

    @Override
    public ReadResult next() {
        ownership.check();
        long now = state.generation();
        if (now != generation) {
            ReadResult result = afterCut(now);
            if (result != null) {
                return result;
            }
        }
        if (segment == null) {
            if (state.first() == null) {
                return ReadResult.END;
            }
            standBeforeOldest();
        }
        return read();
    }

    private ReadResult read() {
        while (true) {
            if (cursor.position() < segment.endPosition()) {
                return readInSegment();
            }
            Segment following = segment.next();
            if (following == null) {
                return atEnd();
            }
            if (cursor.position() < segment.endPosition()) {
                continue; // appended between the two looks; the end is final now
            }
            if (lastIndex != segment.lastIndex()) {
                return suspect("records that end before index " + segment.lastIndex(), lastIndex + 1);
            }
            Segment withFrames = skipEmpty(following);
            if (withFrames == null) {
                return ReadResult.END;
            }
            if (!moveTo(withFrames)) {
                return ReadResult.COMPACTED;
            }
            cursor.follow(lastIndex, lastTerm, lastCrc);
        }
    }

    /** The current frame stays readable until there is another one: an empty segment is not moved to. */
    private static Segment skipEmpty(Segment from) {
        Segment candidate = from;
        while (candidate != null
                && candidate.endPosition() == candidate.layout().firstFramePosition()) {
            candidate = candidate.next();
        }
        return candidate;
    }

    private ReadResult readInSegment() {
        SegmentCursor.Step step = cursor.next(segment.endPosition());
        if (step == SegmentCursor.Step.FRAME) {
            frame.wrap(map.buffer(), cursor.frame().offset());
            lastIndex = cursor.index();
            lastTerm = cursor.term();
            lastCrc = cursor.crc();
            return ReadResult.FRAME;
        }
        return switch (step) {
            case BAD -> suspect(cursor.defect(), lastIndex + 1);
            case UNREADY -> suspect("a record that was begun and never made ready", lastIndex + 1);
            default -> cursor.position() >= segment.endPosition() ? read() : suspect("untouched space", lastIndex + 1);
        };
    }

    private ReadResult atEnd() {
        long appended = state.appendedIndex();
        if (appended <= lastIndex || cursor.position() < segment.endPosition() || segment.next() != null) {
            return ReadResult.END;
        }
        return suspect("nothing, but the log goes up to " + appended, lastIndex + 1);
    }

    /** Something does not fit: a cut, if one has happened or is under way, and damage otherwise. */
    private ReadResult suspect(String what, long index) {
        if (state.generation() != generation) {
            return ReadResult.CUT;
        }
        damage = new Damage(segment.number(), segment.path(), cursor.position(), index, what);
        return ReadResult.DAMAGED;
    }

    /** @return null if the reader can go on: what it has read last is still part of the log */
    private ReadResult afterCut(long now) {
        if (state.isCutUnderWay()) {
            return ReadResult.END;
        }
        long readIndex = lastIndex;
        long readTerm = lastTerm;
        int readCrc = lastCrc;
        FrameRef base = state.first().base();
        if (readIndex < base.index()) {
            return ReadResult.COMPACTED;
        }
        if (readIndex > state.appendedIndex()) {
            return ReadResult.CUT;
        }
        generation = now;
        if (!isStillInLog(base, readIndex, readTerm, readCrc)) {
            generation = NO_GENERATION;
            lastIndex = readIndex;
            lastTerm = readTerm;
            lastCrc = readCrc;
            return ReadResult.CUT;
        }
        return null;
    }

    /** Looks for a frame again; if it is there, the reader stands behind it. */
    private boolean isStillInLog(FrameRef base, long index, long term, int crc) {
        if (index == base.index()) {
            standBeforeOldest();
        } else if (seekFrame(state.first(), index) != ReadResult.FRAME) {
            return false;
        }
        return lastIndex == index && lastTerm == term && lastCrc == crc;
    }

    /** @return false if the segment was deleted, behind a snapshot or a cut, before it could be opened */
    @SuppressWarnings("ReferenceEquality") // a segment is one object
    private boolean moveTo(Segment target) {
        if (segment != target || map == null) {
            SegmentMap targetMap;
            try {
                targetMap = target.hold();
            } catch (IOException e) {
                if (target.number() < state.first().number() || target.isAbandoned()) {
                    return false;
                }
                throw new StorageException("segment " + target.path() + " cannot be mapped: " + e.getMessage(), e);
            }
            letGo();
            map = targetMap;
            segment = target;
        }
        cursor.at(map.buffer(), target.layout().firstFramePosition());
        return true;
    }

    private void letGo() {
        if (map != null) {
            cursor.forget();
            map.letGo();
            map = null;
            segment = null;
        }
    }

    /** @return where the record behind the current frame starts, in {@link #segment} */
    int position() {
        return cursor.position();
    }

    Segment segment() {
        return segment;
    }

    @Override
    public Frame frame() {
        Invariant.check(map != null, "a frame was asked for before one was read, or after the reader was closed");
        return frame;
    }

    @Override
    public Damage damage() {
        return damage;
    }

    @Override
    public void close() {
        letGo();
    }
}
