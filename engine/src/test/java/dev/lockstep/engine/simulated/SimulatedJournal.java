package dev.lockstep.engine.simulated;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.ballot.Marks;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.frame.FrameDefect;
import dev.lockstep.storage.journal.FlushListener;
import dev.lockstep.storage.journal.Journal;
import dev.lockstep.storage.journal.JournalReader;
import dev.lockstep.storage.journal.JournalSpace;
import org.agrona.DirectBuffer;

/**
 * The journal of a node that is simulated, in memory. What is appended is in its {@link Files}, which a killed process
 * leaves behind; what of it survives the machine, they say themselves. Flushing and making room are steps that the
 * simulator takes when it pleases.
 */
final class SimulatedJournal implements Journal {
    static final int MAX_FRAME_BYTES = 1 << 20;
    private static final long ROOM_BYTES = 256 << 10;

    /** What a flush that has begun will have proved when it ends. */
    record Flush(long generation, FrameRef last) {}

    /** A node's log, whatever happens to its process. */
    static final class Files {
        private final Identity identity;
        private LogContent appended = new LogContent();
        private LogContent flushed = new LogContent();

        Files(Identity identity) {
            this.identity = identity;
        }

        LogContent appended() {
            return appended;
        }

        /** Only what was flushed is left. */
        void onPowerCut() {
            appended = flushed.copy();
        }
    }

    private final Files files;
    private final Marks marks;
    private final Frame incoming = new Frame();
    private FlushListener listener = (generation, index) -> {};
    private long generation = 1;
    private long flushedIndex;
    private long roomBytes = ROOM_BYTES;
    private long reservedBytes;
    private long unwantedBelow;
    private boolean isDiskFull;
    private boolean closed;

    /** Opens what is there; a start has made sure that it can be trusted. */
    SimulatedJournal(Files files, Marks marks) {
        this.files = files;
        this.marks = marks;
        flush(beginFlush());
    }

    LogContent content() {
        return files.appended;
    }

    @Override
    public Identity identity() {
        return files.identity;
    }

    @Override
    public boolean reserve(int frameLength) {
        if (frameLength < Frame.HEADER_LENGTH || frameLength > MAX_FRAME_BYTES) {
            throw new IllegalArgumentException("a frame of " + frameLength + " bytes; the journal takes from "
                    + Frame.HEADER_LENGTH + " to " + MAX_FRAME_BYTES);
        }
        if (reservedBytes + frameLength > roomBytes) {
            return false;
        }
        reservedBytes += frameLength;
        return true;
    }

    @Override
    public void cancelReservations() {
        reservedBytes = 0;
    }

    @Override
    public JournalSpace space() {
        return isDiskFull ? JournalSpace.DISK_FULL : JournalSpace.READY;
    }

    @Override
    public void append(DirectBuffer buffer, int offset, int length) {
        incoming.wrap(buffer, offset);
        Invariant.check(reservedBytes >= length, "a frame is appended for which no room was reserved");
        FrameRef last = files.appended.last();
        FrameDefect defect = incoming.follows(last.index(), last.term(), last.crc());
        if (defect != FrameDefect.NONE) {
            Invariant.check(false, incoming + " is appended behind " + last + ": " + defect.description());
        }
        reservedBytes -= length;
        roomBytes -= length;
        files.appended.add(LogContent.Entry.of(incoming));
    }

    @Override
    public long appendedIndex() {
        return files.appended.last().index();
    }

    @Override
    public FrameRef appended() {
        return files.appended.last();
    }

    @Override
    public FrameRef base() {
        return files.appended.base();
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
    public void onFlushed(FlushListener newListener) {
        listener = newListener;
    }

    /** @return what is on its way to the device from now on */
    Flush beginFlush() {
        return new Flush(generation, appended());
    }

    /** A flush ends; if the log was cut meanwhile it proves nothing, and the device holds what it held. */
    void flush(Flush flush) {
        if (flush.generation() == generation && files.appended.holds(flush.last())) {
            files.flushed = files.appended.copy();
            files.flushed.cutFrom(flush.last().index() + 1);
            flushedIndex = Math.max(flushedIndex, flush.last().index());
            listener.onFlushed(flush.generation(), flush.last().index());
        } else {
            listener.onFlushed(flush.generation(), flush.last().index()); // as a real one comes late
        }
    }

    /** What the preparer does: there is room for a while again; what nobody wants goes. */
    void prepare() {
        if (!isDiskFull) {
            roomBytes = Math.max(roomBytes, ROOM_BYTES);
        }
        files.appended.compactBelow(unwantedBelow);
        unwantedBelow = 0;
    }

    void diskFull(boolean isFull) {
        isDiskFull = isFull;
    }

    @Override
    public boolean truncateFrom(long index) {
        Invariant.check(index > marks.commit(), "a cut at or below the commit mark", marks.commit() + 1, index);
        LogContent.Entry entry = files.appended.holding(index);
        if (entry == null) {
            throw new IllegalArgumentException("the log does not hold index " + index);
        }
        Invariant.check(entry.firstIndex() == index, "a cut inside a frame", entry.firstIndex(), index);
        marks.promised(Math.min(marks.promised(), index - 1));
        cut(index);
        return true;
    }

    private void cut(long index) {
        generation++;
        reservedBytes = 0;
        files.appended.cutFrom(index);
        flushedIndex = Math.min(flushedIndex, index - 1);
    }

    @Override
    public boolean startAfter(FrameRef snapshot) {
        generation++;
        reservedBytes = 0;
        files.appended.startAfter(snapshot);
        flushedIndex = snapshot.index();
        return true;
    }

    @Override
    public void compactBelow(long index) {
        unwantedBelow = index;
    }

    @Override
    public boolean setAsideFrom(long index) {
        cut(index);
        return true;
    }

    @Override
    public boolean isSound() {
        return true;
    }

    @Override
    public JournalReader newReader() {
        return new SimulatedReader(this);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            flush(beginFlush());
        }
    }
}
