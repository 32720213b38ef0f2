package dev.lockstep.storage.journal;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.Ownership;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.ballot.Marks;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.frame.FrameDefect;
import java.io.IOException;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.ManyToOneConcurrentLinkedQueue;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.OneToOneConcurrentArrayQueue;

/** The journal in segments. The writer's side; see the package for the other threads. */
final class SegmentedJournal implements Journal, JournalAgents {
    /** The preparer makes one, and the next only when that one is taken. */
    private static final int READY_SEGMENTS = 1;

    private static final int HAND_OVER_CAPACITY = 4096;

    private final Ownership ownership = new Ownership("the journal's writer side");
    private final JournalDirectory directory;
    private final JournalSettings settings;
    private final Identity identity;
    private final Marks marks;
    private final LogState state;
    private final OneToOneConcurrentArrayQueue<PreparedSegment> ready =
            new OneToOneConcurrentArrayQueue<>(READY_SEGMENTS);
    private final OneToOneConcurrentArrayQueue<OpenSegment> toFlush =
            new OneToOneConcurrentArrayQueue<>(HAND_OVER_CAPACITY);
    private final ManyToOneConcurrentLinkedQueue<Flusher.Deletion> toDelete = new ManyToOneConcurrentLinkedQueue<>();
    private final Preparer preparer;
    private final Flusher flusher;
    private final SegmentReader finder;
    private final Frame frame = new Frame();
    private final Reservations reservations = new Reservations();
    private final SegmentWriter writer = new SegmentWriter();
    /** The newest segment of the log, also one that takes nothing more. */
    private Segment newest;

    private long tipIndex;
    private long tipTerm;
    private int tipCrc;
    private boolean closed;

    SegmentedJournal(
            JournalDirectory directory,
            JournalSettings settings,
            Identity identity,
            Marks marks,
            JournalImage image,
            List<Segment> segments,
            NanoClock clock) {
        this.directory = directory;
        this.settings = settings;
        this.identity = identity;
        this.marks = marks;
        FrameRef tip = image.tip();
        this.tipIndex = tip.index();
        this.tipTerm = tip.term();
        this.tipCrc = tip.crc();
        this.newest = segments.isEmpty() ? null : segments.get(segments.size() - 1);
        Segment first = segments.isEmpty() ? null : segments.get(0);
        this.state = new LogState(tipIndex, tipIndex, first);
        this.finder = new SegmentReader(state);
        this.preparer = new Preparer(directory, settings, state, clock, ready, image.nextNumber());
        this.flusher = new Flusher(
                directory, state, clock, settings.flushIntervalNs(), toFlush, toDelete, image.nextNumber() - 1);
        reservations.reset(0);
    }

    /** At the start: frames go on in the newest segment. */
    void resume(OpenSegment segment) {
        use(segment);
        reservations.reset(writer.position());
    }

    private void use(OpenSegment segment) {
        writer.use(segment);
        state.inUse(segment.segment);
        if (!toFlush.offer(segment)) {
            StorageException failure =
                    new StorageException("the flusher is " + HAND_OVER_CAPACITY + " segments behind the writer");
            state.fail(failure);
            throw failure;
        }
    }

    /** At the start: sees to it that there is room, unless the disk is full. */
    void prepareNow() {
        if (writer.segment() != null) {
            return;
        }
        preparer.hurry();
        while (ready.isEmpty() && !preparer.isDiskFull()) {
            preparer.doWork();
        }
    }

    /** At the start: lets the log end where its sound frames end, durably. */
    void cutBehindTip() {
        if (ready.isEmpty()) {
            throw new StorageException.DiskFull(
                    "the journal in " + directory.root() + " must be cut behind index " + tipIndex
                            + ", for which it needs " + settings.segmentBytes()
                            + " bytes on its device; make room and start again",
                    null);
        }
        cut(newest, newest == null ? 0 : newest.endPosition(), appended(), SegmentOrigin.CUT);
        flusher.flush();
    }

    @Override
    public Agent preparer() {
        return preparer;
    }

    @Override
    public Agent flusher() {
        return flusher;
    }

    @Override
    public void flush() {
        flusher.flush();
    }

    @Override
    public Identity identity() {
        return identity;
    }

    @Override
    public boolean reserve(int frameLength) {
        ownership.check();
        state.checkSound();
        if (frameLength > settings.maxFrameBytes() || frameLength < Frame.HEADER_LENGTH) {
            throw new IllegalArgumentException("a frame of " + frameLength + " bytes; the journal takes from "
                    + Frame.HEADER_LENGTH + " to " + settings.maxFrameBytes());
        }
        boolean hasRoom = reservations.plan(Documents.space(frameLength), writer.limit(), ready.size(), ready.peek());
        if (!hasRoom) {
            preparer.hurry();
        }
        return hasRoom;
    }

    @Override
    public void cancelReservations() {
        ownership.check();
        state.checkSound();
        reservations.reset(writer.position());
    }

    @Override
    public JournalSpace space() {
        if (!ready.isEmpty()) {
            return JournalSpace.READY;
        }
        return preparer.isDiskFull() ? JournalSpace.DISK_FULL : JournalSpace.PREPARING;
    }

    @Override
    public void append(DirectBuffer buffer, int offset, int length) {
        ownership.check();
        state.checkSound();
        frame.wrap(buffer, offset);
        checkFollows(buffer, length);
        int space = Documents.space(length);
        reservations.check(space);
        if (!writer.hasRoom(space)) {
            activate(SegmentOrigin.ROLL, new FrameRef(tipIndex, tipTerm, tipCrc), null);
            reservations.onRolled();
        }
        int recordPosition = write(buffer, offset, length);
        tipIndex = frame.lastIndex();
        tipTerm = frame.term();
        tipCrc = frame.crc();
        Segment segment = writer.segment();
        segment.index().onFrame(frame.firstIndex(), recordPosition);
        segment.publishEnd(writer.position());
        state.publishAppended(tipIndex);
        reservations.onAppended(space, writer.position());
    }

    private void checkFollows(DirectBuffer buffer, int length) {
        Invariant.check(buffer.byteArray() == null, "a frame is appended from memory that Chronicle cannot take");
        Invariant.check(frame.length() == length, "a frame of another length than given", frame.length(), length);
        FrameDefect defect = frame.follows(tipIndex, tipTerm, tipCrc);
        if (defect != FrameDefect.NONE) {
            Invariant.check(
                    false,
                    "a frame is appended that does not follow index " + tipIndex + " of term " + tipTerm + ": "
                            + defect.description() + " (" + frame + ")");
        }
    }

    private int write(DirectBuffer buffer, int offset, int length) {
        try {
            return writer.append(buffer, offset, length);
        } catch (StorageException e) {
            state.fail(e);
            throw e;
        }
    }

    /** Takes the ready segment into use. The log goes on in it, from a base. */
    private void activate(SegmentOrigin origin, FrameRef base, Segment cutSegment) {
        PreparedSegment prepared = ready.poll();
        Invariant.check(prepared != null, "room was reserved, but no segment is ready");
        OpenSegment activated = prepared.activate(identity, newest == null ? 0 : newest.number(), origin, base);
        activated.cuts(cutSegment);
        writer.finish();
        if (origin == SegmentOrigin.ROLL) {
            if (newest == null) {
                state.first(activated.segment);
            } else {
                newest.seal(base.index(), activated.segment);
            }
        }
        use(activated);
        newest = activated.segment;
    }

    @Override
    public boolean truncateFrom(long index) {
        ownership.check();
        state.checkSound();
        Invariant.check(index > marks.commit(), "a cut at or below the commit mark", marks.commit() + 1, index);
        return cutFrom(index);
    }

    @Override
    public boolean setAsideFrom(long index) {
        ownership.check();
        state.checkSound();
        if (ready.isEmpty()) {
            preparer.hurry();
            return false;
        }
        try {
            for (Segment each = state.first(); each != null; each = each.next()) {
                if (each.lastIndex() >= index) {
                    directory.keepAside(each.number(), each.path());
                }
            }
        } catch (IOException e) {
            throw new StorageException("damaged segments could not be put aside: " + e.getMessage(), e);
        }
        return cutFrom(index);
    }

    private boolean cutFrom(long index) {
        FrameRef oldest = base();
        if (index <= oldest.index() || index > tipIndex) {
            throw new IllegalArgumentException(
                    "cannot cut from index " + index + ": the log holds " + (oldest.index() + 1) + " to " + tipIndex);
        }
        if (ready.isEmpty()) {
            preparer.hurry();
            return false;
        }
        if (index == oldest.index() + 1) {
            lowerPromise(index - 1);
            cut(null, 0, oldest, SegmentOrigin.CUT);
            return true;
        }
        try {
            cutBehindFrameAt(index - 1);
        } finally {
            finder.close();
        }
        return true;
    }

    private void cutBehindFrameAt(long index) {
        if (finder.seek(index) != ReadResult.FRAME) {
            throw new StorageException.Damaged(
                    "cannot cut behind index " + index + ", which cannot be read: " + finder.damage());
        }
        FrameRef last = finder.frame().ref();
        Invariant.check(last.index() == index, "a cut inside a frame", last.index(), index);
        lowerPromise(index);
        cut(finder.segment(), finder.position(), last, SegmentOrigin.CUT);
    }

    @Override
    public boolean startAfter(FrameRef snapshot) {
        ownership.check();
        state.checkSound();
        if (ready.isEmpty()) {
            preparer.hurry();
            return false;
        }
        lowerPromise(snapshot.index());
        cut(null, 0, snapshot, SegmentOrigin.SNAPSHOT);
        return true;
    }

    private void lowerPromise(long index) {
        marks.promised(Math.min(marks.promised(), index));
    }

    /**
     * Ends the log at a frame and goes on in a new segment.
     *
     * <p>The promise has been lowered: a crash from here on must not find more promised than is there.
     *
     * @param kept the segment that holds the last frame kept; null if nothing is kept
     * @param keptPosition where that frame ends
     * @param last the last frame kept
     */
    private void cut(Segment kept, int keptPosition, FrameRef last, SegmentOrigin origin) {
        state.beginCut(last.index());
        try {
            cutBegun(kept, keptPosition, last, origin);
        } catch (RuntimeException | Error e) {
            state.fail(new StorageException("a cut behind " + last + " was not completed: " + e.getMessage(), e));
            throw e;
        }
        state.endCut();
        reservations.reset(writer.position());
    }

    private void cutBegun(Segment kept, int keptPosition, FrameRef last, SegmentOrigin origin) {
        Segment firstGone = kept == null ? state.first() : kept.next();
        activate(origin, last, kept);
        if (kept == null) {
            state.first(newest);
        } else {
            kept.cut(last.index(), keptPosition, newest);
        }
        abandonFrom(firstGone);
        tipIndex = last.index();
        tipTerm = last.term();
        tipCrc = last.crc();
        state.publishAppended(tipIndex);
    }

    private void abandonFrom(Segment firstGone) {
        Segment gone = firstGone;
        while (gone != null) {
            Segment following = gone.next();
            gone.abandon(newest);
            delete(gone, newest.number());
            gone = following;
        }
    }

    private void delete(Segment segment, long replacement) {
        toDelete.add(new Flusher.Deletion(segment, replacement));
    }

    @Override
    public void compactBelow(long index) {
        ownership.check();
        state.checkSound();
        Segment first = state.first();
        long flushed = state.flushedIndex();
        while (first != null && first.isSealed() && first.lastIndex() < index && first.lastIndex() <= flushed) {
            Segment next = first.next();
            if (next == null) {
                break;
            }
            state.first(next);
            delete(first, next.number());
            first = next;
        }
    }

    @Override
    public long appendedIndex() {
        return state.appendedIndex();
    }

    @Override
    public FrameRef appended() {
        return new FrameRef(tipIndex, tipTerm, tipCrc);
    }

    @Override
    public FrameRef base() {
        Segment first = state.first();
        return first == null ? FrameRef.ORIGIN : first.base();
    }

    @Override
    public long flushedIndex() {
        return state.flushedIndex();
    }

    @Override
    public long generation() {
        return state.generation();
    }

    @Override
    public void onFlushed(FlushListener listener) {
        state.listener(listener);
    }

    @Override
    public boolean isSound() {
        return !state.hasFailed();
    }

    @Override
    public JournalReader newReader() {
        return new SegmentReader(state);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        finder.close();
        try {
            if (!state.hasFailed()) {
                flusher.flush();
            }
        } finally {
            closeFiles();
        }
    }

    /** Lets go of all files as they are. */
    void closeFiles() {
        try {
            flusher.closeAll();
            preparer.discardUnused();
        } catch (IOException e) {
            throw new StorageException("the journal's files could not be closed: " + e.getMessage(), e);
        }
    }
}
