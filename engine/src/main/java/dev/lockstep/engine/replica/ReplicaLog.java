package dev.lockstep.engine.replica;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.journal.Journal;
import dev.lockstep.storage.journal.JournalReader;
import dev.lockstep.storage.journal.ReadResult;
import org.agrona.DirectBuffer;

/**
 * The log as the protocol sees it: its last frame at hand, every other one by looking it up. Owned by the replica's
 * thread.
 */
final class ReplicaLog implements LogView {
    /** What is held here cannot be read as it was written; thrown to whoever asked, mended by {@link Damages}. */
    static final class Damaged extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final long index;

        Damaged(long index) {
            super("the journal is damaged at index " + index, null, false, false);
            this.index = index;
        }

        long index() {
            return index;
        }
    }

    private final Journal journal;
    private final JournalReader reader;
    private final Frame appending = new Frame();
    private long lastIndex;
    private long lastTerm;
    private int lastCrc;
    private long lastTimeNs;

    ReplicaLog(Journal journal) {
        this.journal = journal;
        this.reader = journal.newReader();
        refresh();
    }

    private void refresh() {
        FrameRef last = journal.appended();
        show(last.index(), last.term(), last.crc());
        FrameRef base = journal.base();
        boolean isHeld = last.index() > base.index() && reader.seek(last.index()) == ReadResult.FRAME;
        lastTimeNs = isHeld ? reader.frame().clusterTimeNs() : lastTimeNs;
    }

    private void show(long index, long term, int crc) {
        lastIndex = index;
        lastTerm = term;
        lastCrc = crc;
    }

    long lastIndex() {
        return lastIndex;
    }

    long lastTerm() {
        return lastTerm;
    }

    int lastCrc() {
        return lastCrc;
    }

    /** @return the cluster's time at the last frame */
    long lastTimeNs() {
        return lastTimeNs;
    }

    /** The log begins behind a snapshot, whose time that is. */
    void lastTimeNs(long timeNs) {
        lastTimeNs = Math.max(lastTimeNs, timeNs);
    }

    long flushedIndex() {
        return journal.flushedIndex();
    }

    long generation() {
        return journal.generation();
    }

    JournalReader newReader() {
        return journal.newReader();
    }

    boolean reserve(int length) {
        return journal.reserve(length);
    }

    /** Appends a frame that was verified, and for which room was reserved. */
    void append(DirectBuffer buffer, int offset, int length) {
        append(appending.wrap(buffer, offset));
    }

    /** Appends a frame that was verified, and for which room was reserved. */
    void append(Frame frame) {
        journal.append(frame.buffer(), frame.offset(), frame.length());
        show(frame.lastIndex(), frame.term(), frame.crc());
        lastTimeNs = frame.clusterTimeNs();
    }

    /** @return whether that is the last frame */
    boolean endsWith(long index, long term, int crc) {
        return index == lastIndex && term == lastTerm && crc == lastCrc;
    }

    @Override
    public FrameRef base() {
        return journal.base();
    }

    @Override
    public FrameRef last() {
        return new FrameRef(lastIndex, lastTerm, lastCrc);
    }

    @Override
    public FrameRef holding(long index) {
        FrameRef base = journal.base();
        if (index == base.index()) {
            return base;
        }
        Frame frame = seek(reader, index);
        return frame == null ? journal.base() : frame.ref();
    }

    /** @return the last frame that ends at an index or before it; the base if none does */
    FrameRef endingBy(long index) {
        FrameRef base = journal.base();
        if (index <= base.index()) {
            return base;
        }
        Frame frame = seek(reader, Math.min(index, lastIndex));
        if (frame == null) {
            return journal.base();
        }
        return frame.lastIndex() <= index ? frame.ref() : holding(frame.firstIndex() - 1);
    }

    /**
     * @param index where damage was met
     * @return the first index of the frame that holds it, or of the first one of those right before it that cannot be read
     *     either: the log can end only behind a frame that is sound
     */
    long beginningOfDamage(long index) {
        long beginning = beginningAt(index);
        while (beginning - 1 > journal.base().index() && !isReadable(beginning - 1)) {
            beginning = beginningAt(beginning - 1);
        }
        return beginning;
    }

    private long beginningAt(long index) {
        try {
            Frame frame = frameAt(index);
            return frame == null ? index : frame.firstIndex();
        } catch (Damaged e) {
            return e.index();
        }
    }

    private boolean isReadable(long index) {
        try {
            frameAt(index);
            return true;
        } catch (Damaged e) {
            return false;
        }
    }

    /** @return the frame that holds an index of the log, until the next call; null if it was compacted away meanwhile */
    Frame frameAt(long index) {
        return seek(reader, index);
    }

    /** @return the frame that holds an index of the log; null if it was compacted away meanwhile */
    static Frame seek(JournalReader reader, long index) {
        ReadResult result = reader.seek(index);
        if (result == ReadResult.CUT) {
            result = reader.seek(index);
        }
        if (result == ReadResult.DAMAGED) {
            throw new Damaged(Math.min(index, reader.damage().index()));
        }
        if (result == ReadResult.COMPACTED) {
            return null;
        }
        Invariant.check(result == ReadResult.FRAME, "the log has no frame at an index that it holds", index, 0);
        return reader.frame();
    }

    /**
     * Reads all of it.
     *
     * @throws Damaged if something cannot be read as it was written
     */
    void verify() {
        try (JournalReader all = journal.newReader()) {
            ReadResult result = all.next();
            long index = journal.base().index();
            while (result == ReadResult.FRAME) {
                index = all.frame().lastIndex();
                result = all.next();
            }
            if (result == ReadResult.DAMAGED) {
                throw new Damaged(index + 1);
            }
            Invariant.check(result == ReadResult.END, "a log that was verified changed meanwhile");
        }
    }

    boolean holds(FrameRef frame) {
        boolean isInside = frame.index() >= journal.base().index() && frame.index() <= lastIndex;
        return isInside && holding(frame.index()).equals(frame);
    }

    /** @return false if there is no room for the note of it now */
    boolean cutFrom(long firstIndex) {
        return refreshed(journal.truncateFrom(firstIndex));
    }

    /** @return false if there is no room for the note of it now */
    boolean startAfter(FrameRef snapshot) {
        return refreshed(journal.startAfter(snapshot));
    }

    /** @return false if there is no room for the note of it now */
    boolean setAsideFrom(long index) {
        return refreshed(journal.setAsideFrom(index));
    }

    private boolean refreshed(boolean isDone) {
        if (isDone) {
            refresh();
        }
        return isDone;
    }

    void close() {
        reader.close();
    }

    /** Gives back room that was reserved for frames that were not appended. */
    void cancelReservations() {
        journal.cancelReservations();
    }
}
