package dev.lockstep.storage.journal;

import java.io.IOException;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.ManyToOneConcurrentLinkedQueue;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.OneToOneConcurrentArrayQueue;

/** The journal's two agents, and the queues by which segments pass between them and the writer. */
final class BackgroundWork implements JournalAgents {
    /** The preparer makes one, and the next only when that one is taken. */
    private static final int READY_SEGMENTS = 1;

    /** How many segments the flusher may be behind the writer. */
    static final int HAND_OVER_CAPACITY = 4096;

    private final OneToOneConcurrentArrayQueue<PreparedSegment> ready =
            new OneToOneConcurrentArrayQueue<>(READY_SEGMENTS);
    private final OneToOneConcurrentArrayQueue<OpenSegment> toFlush =
            new OneToOneConcurrentArrayQueue<>(HAND_OVER_CAPACITY);
    private final ManyToOneConcurrentLinkedQueue<Flusher.Deletion> toDelete = new ManyToOneConcurrentLinkedQueue<>();
    private final JournalBound bound;
    private final Preparer preparer;
    private final Flusher flusher;

    /**
     * @param nextNumber a segment number that was never used
     */
    BackgroundWork(
            JournalDirectory directory, JournalSettings settings, LogState state, NanoClock clock, long nextNumber) {
        this.bound = new JournalBound(directory, settings);
        this.preparer = new Preparer(directory, settings, state, clock, ready, bound, nextNumber);
        this.flusher = new Flusher(
                directory, state, clock, settings.flushIntervalNs(), toFlush, toDelete, bound, nextNumber - 1);
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

    /** At the start, while the preparer has no thread: makes a segment ready, unless there is no room for it. */
    void prepareNow() {
        preparer.hurry();
        while (ready.isEmpty() && !preparer.isDiskFull() && !bound.isFull()) {
            preparer.doWork();
        }
    }

    /** @return the segments that are ready: the writer takes them from here */
    OneToOneConcurrentArrayQueue<PreparedSegment> ready() {
        return ready;
    }

    /** Writer: it waits for the next segment. */
    void hurry() {
        preparer.hurry();
    }

    /**
     * @param isOneInUse whether frames have one: if not they may have the last that is ready, or nothing would ever come
     *     that lets the log be cut
     * @param isRelieved whether they may have what is kept back: not where no other segment fits, for it would be the last
     * @return how many of those that are ready frames may go on in
     */
    int readyForFrames(boolean isOneInUse, boolean isRelieved) {
        boolean mayGoOn = !bound.isMet() || (isRelieved && !bound.isFull());
        return mayGoOn || !isOneInUse ? ready.size() : 0;
    }

    long usedBytes() {
        return bound.usedBytes();
    }

    JournalSpace space() {
        if (bound.isMet()) {
            return JournalSpace.BOUND_MET;
        }
        if (!ready.isEmpty()) {
            return JournalSpace.READY;
        }
        return preparer.isDiskFull() ? JournalSpace.DISK_FULL : JournalSpace.PREPARING;
    }

    /**
     * Writer: a segment is in use, and its frames are to be made durable.
     *
     * @return false if the flusher is too far behind to be told
     */
    boolean handOver(OpenSegment segment) {
        return toFlush.offer(segment);
    }

    /** Writer: a segment is not wanted any more, once the one that takes its place is durable. */
    void delete(Segment segment, Segment replacement) {
        toDelete.add(new Flusher.Deletion(segment, replacement.number()));
    }

    /** After the threads have ended: lets go of all files as they are. */
    void closeFiles() throws IOException {
        flusher.closeAll();
        preparer.discardUnused();
    }
}
