package dev.lockstep.storage.journal;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.Ownership;
import dev.lockstep.storage.Refusal;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.frame.FrameDefect;
import java.io.IOException;
import java.util.function.LongConsumer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.OneToOneConcurrentArrayQueue;

/** The journal in segments, as its writer and its readers see it; what runs beside it is {@link BackgroundWork}. */
final class SegmentedJournal implements Journal {
    private final Ownership ownership = new Ownership("the journal's writer side");
    private final JournalSettings settings;
    private final LogState state;
    private final BackgroundWork background;
    private boolean isRelieved;
    private final OneToOneConcurrentArrayQueue<PreparedSegment> ready;
    private final SegmentSuccession succession;
    private final LogCut cut;
    private final Frame frame = new Frame();
    private final Reservations reservations = new Reservations();
    private final SegmentWriter writer;
    private long tipIndex;
    private long tipTerm;
    private int tipCrc;
    private LongConsumer rollListener = firstIndex -> {};
    private boolean closed;

    SegmentedJournal(
            JournalSettings settings,
            LogState state,
            BackgroundWork background,
            SegmentSuccession succession,
            LogCut cut,
            FrameRef tip) {
        this.settings = settings;
        this.state = state;
        this.background = background;
        this.ready = background.ready();
        this.succession = succession;
        this.cut = cut;
        this.writer = succession.writer();
        this.tipIndex = tip.index();
        this.tipTerm = tip.term();
        this.tipCrc = tip.crc();
        reservations.reset(writer.position());
    }

    /** At the start: lets the log end where its sound frames end, durably. There is room for the cut. */
    void cutBehindTip() {
        onCut(cut.behindTip(appended()));
        background.flush();
    }

    @Override
    public Identity identity() {
        return succession.identity();
    }

    @Override
    public boolean reserve(int frameLength) {
        ownership.check();
        state.checkSound();
        isRelieved = isRelieved && background.space() == JournalSpace.BOUND_MET;
        if (frameLength > settings.maxFrameBytes() || frameLength < Frame.HEADER_LENGTH) {
            throw new IllegalArgumentException("a frame of " + frameLength + " bytes; the journal takes from "
                    + Frame.HEADER_LENGTH + " to " + settings.maxFrameBytes());
        }
        boolean hasRoom = reservations.plan(
                Documents.space(frameLength),
                writer.limit(),
                background.readyForFrames(writer.limit() > 0, isRelieved),
                ready.peek());
        if (!hasRoom) {
            background.hurry();
        }
        return hasRoom;
    }

    @Override
    public void relieve() {
        ownership.check();
        isRelieved = true;
    }

    @Override
    public void cancelReservations() {
        ownership.check();
        reservations.reset(writer.position());
    }

    @Override
    public JournalSpace space() {
        return background.space();
    }

    @Override
    public long usedBytes() {
        return background.usedBytes();
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
            succession.roll(appended());
            reservations.onRolled();
            rollListener.accept(tipIndex + 1);
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

    @Override
    public boolean truncateFrom(long index) {
        ownership.check();
        state.checkSound();
        cut.checkNotCommitted(index);
        return cutFrom(index);
    }

    @Override
    public boolean setAsideFrom(long index) {
        ownership.check();
        state.checkSound();
        if (!succession.hasNext()) {
            return false;
        }
        cut.keepAsideFrom(index);
        return cutFrom(index);
    }

    private boolean cutFrom(long index) {
        FrameRef oldest = base();
        if (index <= oldest.index() || index > tipIndex) {
            throw new IllegalArgumentException(
                    "cannot cut from index " + index + ": the log holds " + (oldest.index() + 1) + " to " + tipIndex);
        }
        if (!succession.hasNext()) {
            return false;
        }
        boolean keepsNothing = index == oldest.index() + 1;
        onCut(keepsNothing ? cut.everything(oldest, SegmentOrigin.CUT) : cut.behindFrameAt(index - 1));
        return true;
    }

    @Override
    public boolean startAfter(FrameRef snapshot) {
        ownership.check();
        state.checkSound();
        if (!succession.hasNext()) {
            return false;
        }
        onCut(cut.everything(snapshot, SegmentOrigin.SNAPSHOT));
        return true;
    }

    private void onCut(FrameRef last) {
        tipIndex = last.index();
        tipTerm = last.term();
        tipCrc = last.crc();
        reservations.reset(writer.position());
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
            background.delete(first, next);
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
    public void onRolled(LongConsumer listener) {
        ownership.check();
        rollListener = listener;
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
        cut.close();
        try {
            if (!state.hasFailed()) {
                background.flush();
            }
        } finally {
            closeFiles();
        }
    }

    /** Lets go of all files as they are. */
    void closeFiles() {
        try {
            background.closeFiles();
        } catch (IOException e) {
            throw new StorageException(
                    "the journal's files could not be closed: " + Refusal.why(e)
                            + "; look at the health of the device: the next start verifies what they hold",
                    e);
        }
    }
}
