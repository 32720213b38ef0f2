package dev.lockstep.engine.simulated;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.ballot.Marks;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.frame.FrameDefect;
import dev.lockstep.storage.journal.FlushListener;
import dev.lockstep.storage.journal.Journal;
import dev.lockstep.storage.journal.JournalReader;
import dev.lockstep.storage.journal.JournalSpace;
import org.agrona.DirectBuffer;

/**
 * The journal of one process of a node that is simulated. What it does is done to its {@link JournalFiles}, which outlive
 * it. Flushing and making room are steps that the simulator takes when it pleases.
 */
final class SimulatedJournal implements Journal {
    static final int MAX_FRAME_BYTES = (int) SimulatedRoom.SEGMENT_BYTES;

    /** What a flush that has begun will have proved when it ends. */
    record Flush(long generation, long index) {}

    private final JournalFiles files;
    private final LogContent content;
    private final SimulatedDevice device;
    private final Marks marks;
    private final Life life;
    private final SimulatedRoom room;
    private final Frame incoming = new Frame();
    private FlushListener listener = (generation, index) -> {};
    private StorageException failure;
    private long generation;
    private boolean closed;

    /**
     * Opens what is there; a start has made sure that it can be trusted.
     *
     * @param isNextReady whether the start has left a segment that is ready
     */
    SimulatedJournal(JournalFiles files, SimulatedDevice device, Marks marks, Life life, boolean isNextReady) {
        this.files = files;
        this.content = files.content();
        this.device = device;
        this.marks = marks;
        this.life = life;
        this.room = new SimulatedRoom(device, isNextReady);
    }

    LogContent content() {
        life.check();
        return content;
    }

    private void checkSound() {
        life.check();
        if (failure != null) {
            throw new StorageException(
                    "the journal has failed and takes nothing more: " + failure.getMessage(), failure);
        }
    }

    private StorageException failed(StorageException cause) {
        failure = cause;
        return cause;
    }

    @Override
    public Identity identity() {
        life.check();
        return files.identity();
    }

    @Override
    public boolean reserve(int frameLength) {
        checkSound();
        if (frameLength < Frame.HEADER_LENGTH || frameLength > MAX_FRAME_BYTES) {
            throw new IllegalArgumentException("a frame of " + frameLength + " bytes; the journal takes from "
                    + Frame.HEADER_LENGTH + " to " + MAX_FRAME_BYTES);
        }
        return room.reserve(frameLength);
    }

    @Override
    public void cancelReservations() {
        checkSound();
        room.cancelReservations();
    }

    @Override
    public JournalSpace space() {
        life.check();
        if (!device.hasRoomForSegment()) {
            return JournalSpace.DISK_FULL;
        }
        return room.isNextReady() ? JournalSpace.READY : JournalSpace.PREPARING;
    }

    @Override
    public void append(DirectBuffer buffer, int offset, int length) {
        checkSound();
        Invariant.check(buffer.byteArray() == null, "a frame is appended from memory that is not direct");
        incoming.wrap(buffer, offset);
        Invariant.check(incoming.length() == length, "a frame of another length", incoming.length(), length);
        FrameRef last = content.last();
        FrameDefect defect = incoming.follows(last.index(), last.term(), last.crc());
        if (defect != FrameDefect.NONE) {
            Invariant.check(false, incoming + " is appended behind " + last + ": " + defect.description());
        }
        room.use(length);
        if (device.takeAppendRefusal()) {
            files.leaveTornTail();
            throw failed(new StorageException("the simulated device refused to take " + incoming));
        }
        files.append(LogEntry.of(incoming));
    }

    @Override
    public long appendedIndex() {
        return content().last().index();
    }

    @Override
    public FrameRef appended() {
        return content().last();
    }

    @Override
    public FrameRef base() {
        return content().base();
    }

    @Override
    public long flushedIndex() {
        life.check();
        return files.durableIndex();
    }

    @Override
    public long generation() {
        life.check();
        return generation;
    }

    @Override
    public void onFlushed(FlushListener newListener) {
        life.check();
        listener = newListener;
    }

    /** @return what is on its way to the device from now on */
    Flush beginFlush() {
        return new Flush(generation, appendedIndex());
    }

    /**
     * A flush ends; if the log was cut meanwhile it proves nothing, and the device holds what it held.
     *
     * @throws StorageException.ForceFailed if the device refuses, or refused before: nothing more is flushed
     */
    void flush(Flush flush) {
        checkSound();
        if (device.takeForceFailure()) {
            files.forgetUnflushed();
            throw failed(new StorageException.ForceFailed("the simulated device refused to force the log", null));
        }
        if (flush.generation() != generation || files.flush(flush.index())) {
            listener.onFlushed(flush.generation(), flush.index()); // a stale one too: a real one may come late
        }
    }

    /** What the preparer does: there is room for a while again. */
    void prepare() {
        life.check();
        room.prepare();
    }

    @Override
    public boolean truncateFrom(long index) {
        checkSound();
        Invariant.check(index > marks.commit(), "a cut at or below the commit mark", marks.commit() + 1, index);
        if (!mayCutFrom(index)) {
            return false;
        }
        onCut(index - 1);
        files.cutFrom(index);
        return true;
    }

    @Override
    public boolean setAsideFrom(long index) {
        checkSound();
        if (!mayCutFrom(index)) {
            return false;
        }
        onCut(index - 1);
        files.setAsideFrom(index);
        return true;
    }

    private boolean mayCutFrom(long index) {
        int place = content.placeOf(index);
        if (place < 0) {
            throw new IllegalArgumentException("cannot cut from index " + index + ": the log holds "
                    + (content.base().index() + 1) + " to " + content.last().index());
        }
        if (!room.isNextReady()) {
            return false;
        }
        if (index > content.base().index() + 1) {
            LogEntry before = content.holding(index - 1);
            if (before.isDamaged()) {
                throw new StorageException.Damaged(
                        "cannot cut behind index " + (index - 1) + ", which cannot be read: " + before.ref());
            }
            Invariant.check(before.lastIndex() == index - 1, "a cut inside a frame", before.lastIndex(), index - 1);
        }
        return true;
    }

    /** The promise is lowered first, whatever comes then. */
    private void onCut(long lastIndex) {
        marks.promised(Math.min(marks.promised(), lastIndex));
        generation++;
        room.leap();
    }

    @Override
    public boolean startAfter(FrameRef snapshot) {
        checkSound();
        if (!room.isNextReady()) {
            return false;
        }
        onCut(snapshot.index());
        files.startAfter(snapshot);
        return true;
    }

    @Override
    public void compactBelow(long index) {
        checkSound();
        files.compactBelow(index);
    }

    @Override
    public boolean isSound() {
        life.check();
        return failure == null;
    }

    @Override
    public JournalReader newReader() {
        life.check();
        return new SimulatedReader(this);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            if (isSound()) {
                flush(beginFlush());
                files.forceMark();
            }
        }
    }
}
