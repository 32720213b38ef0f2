package dev.lockstep.storage.journal;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.Ownership;
import dev.lockstep.storage.Refusal;
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
    /** Where the next frame is looked for. */
    private Segment segment;

    private SegmentMap map;
    /** What the current frame lies in; it stays until there is another frame, wherever the reader looks meanwhile. */
    private SegmentMap frameMap;

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
        ReadResult result = state.isCutUnderWay() ? ReadResult.CUT : seekIn(index);
        if (generation != state.generation()) {
            result = ReadResult.CUT;
        }
        if (segment != null && result != ReadResult.FRAME && result != ReadResult.END) {
            generation = NO_GENERATION; // it stands where it stood, which may have been cut meanwhile
        }
        return result;
    }

    private ReadResult seekIn(long index) {
        // In this order: what is appended is in the segments that are seen after it.
        long appended = state.appendedIndex();
        Segment first = state.first();
        if (index > appended + 1 || index < 1) {
            if (generation != state.generation()) {
                return ReadResult.CUT;
            }
            throw new IllegalArgumentException("cannot read from index " + index + ": the log goes up to " + appended);
        }
        long base = first == null ? appended : first.base().index();
        if (index <= base) {
            return ReadResult.COMPACTED;
        }
        if (index <= appended) {
            ReadResult found = locate(first, index);
            if (found == ReadResult.FRAME) {
                show();
                frame.moveBefore(index);
            }
            return found;
        }
        if (appended > base) {
            ReadResult last = locate(first, appended);
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

    /** Finds and verifies the frame that holds an index; stands behind it. The current frame is not touched. */
    private ReadResult locate(Segment first, long index) {
        if (!moveTo(segmentOf(first, index))) {
            return ReadResult.COMPACTED;
        }
        int from = segment.index().before(index);
        boolean found = find(from, index);
        if (found && cursor.recordPosition() == from) {
            // Started at this very frame, so nothing says yet what it follows: come from further back.
            long firstIndex = cursor.frame().firstIndex();
            found = find(segment.index().before(firstIndex), firstIndex);
        }
        if (found && cursor.next(segment.endPosition()) == SegmentCursor.Step.FRAME && holds(index)) {
            pass();
            return ReadResult.FRAME;
        }
        return firstUnreadable(index);
    }

    private boolean holds(long index) {
        return index >= cursor.frame().firstIndex() && index <= cursor.frame().lastIndex();
    }

    /** A frame was not found where it must be: reads from the segment's beginning to where it first goes wrong. */
    private ReadResult firstUnreadable(long index) {
        FrameRef base = segment.base();
        cursor.at(map.buffer(), segment.layout().firstFramePosition());
        cursor.follow(base.index(), base.term(), base.crc());
        SegmentCursor.Step step;
        do {
            step = cursor.next(segment.endPosition());
        } while (step == SegmentCursor.Step.FRAME && cursor.index() < index);
        return suspect(
                step == SegmentCursor.Step.BAD ? cursor.defect() : "no frame that holds this index",
                cursor.index() + 1);
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
        if (now != generation || state.isCutUnderWay()) {
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
            if (!moveTo(following)) {
                return state.generation() == generation ? ReadResult.COMPACTED : ReadResult.CUT;
            }
            cursor.follow(lastIndex, lastTerm, lastCrc);
        }
    }

    private ReadResult readInSegment() {
        SegmentCursor.Step step = cursor.next(segment.endPosition());
        if (step == SegmentCursor.Step.FRAME) {
            pass();
            show();
            return ReadResult.FRAME;
        }
        return switch (step) {
            case BAD -> suspect(cursor.defect(), lastIndex + 1);
            case UNREADY -> suspect("a record that was begun and never made ready", lastIndex + 1);
            default -> suspect("untouched space", lastIndex + 1);
        };
    }

    /** The frame at the cursor is the last one passed. */
    private void pass() {
        lastIndex = cursor.index();
        lastTerm = cursor.term();
        lastCrc = cursor.crc();
    }

    /** The frame at the cursor is the current one; what the one before lay in may go. */
    @SuppressWarnings("ReferenceEquality") // a view is one object
    private void show() {
        if (frameMap != map) {
            letGoOfFrame();
            Invariant.check(map.tryHold(), "a view that is held cannot be held again");
            frameMap = map;
        }
        frame.wrap(map.buffer(), cursor.frame().offset());
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
        } else if (locate(state.first(), index) != ReadResult.FRAME) {
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
                throw new StorageException(
                        "segment " + target.path() + " cannot be mapped: " + Refusal.why(e)
                                + "; look whether somebody has removed it, and at the limit of memory maps",
                        e);
            }
            letGoOfPosition();
            map = targetMap;
            segment = target;
        }
        cursor.at(map.buffer(), target.layout().firstFramePosition());
        return true;
    }

    private void letGoOfPosition() {
        if (map != null) {
            cursor.forget();
            map.letGo();
            map = null;
            segment = null;
        }
    }

    private void letGoOfFrame() {
        if (frameMap != null) {
            frameMap.letGo();
            frameMap = null;
        }
    }

    /** @return where the record behind the last frame passed starts, in {@link #segment} */
    int position() {
        return cursor.position();
    }

    Segment segment() {
        return segment;
    }

    @Override
    public Frame frame() {
        Invariant.check(frameMap != null, "a frame was asked for before one was read, or after the reader was closed");
        return frame;
    }

    @Override
    public Damage damage() {
        return damage;
    }

    @Override
    public void close() {
        letGoOfFrame();
        letGoOfPosition();
    }
}
