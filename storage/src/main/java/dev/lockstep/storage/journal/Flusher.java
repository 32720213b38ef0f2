package dev.lockstep.storage.journal;

import dev.lockstep.storage.Refusal;
import dev.lockstep.storage.StorageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.ManyToOneConcurrentLinkedQueue;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.OneToOneConcurrentArrayQueue;

/**
 * Makes durable what was appended: whatever has come since the last force goes with the next one (group commit).
 * Segments are forced in the order in which they came into use, and each gets its final name once its header is on the
 * device; so a cut is durable before anything behind it counts as flushed. Deletes segments that are no longer wanted.
 *
 * <p>A page under force makes whoever stores into it wait. So where frames may wait for the flusher, it comes twice in
 * their time, notes what is there, and forces what it noted the last time, which the writer has left behind; it forces
 * the page that the writer is in only for frames that would wait too long otherwise.
 *
 * <p>A failed force stops the journal: what the device holds is unknown from then on.
 */
final class Flusher implements Agent {
    /** A segment to delete, once the one that takes its place is durable. */
    record Deletion(Segment segment, long replacement) {}

    /** A force of the mark costs as much as one of frames. */
    private static final long MARK_INTERVAL_NS = 100_000_000;

    private final JournalDirectory directory;
    private final LogState state;
    private final NanoClock clock;
    /** Between two visits. */
    private final long visitNs;

    private final OneToOneConcurrentArrayQueue<OpenSegment> segments;
    private final ManyToOneConcurrentLinkedQueue<Deletion> deletions;
    private final JournalBound bound;
    private final TouchAhead touchAhead = new TouchAhead();
    private SegmentFlush current;
    /** What this visit has done. */
    private int work;

    private long lastNamed;
    private long nextVisitNs;
    private long nextMarkNs;

    Flusher(
            JournalDirectory directory,
            LogState state,
            NanoClock clock,
            long intervalNs,
            OneToOneConcurrentArrayQueue<OpenSegment> segments,
            ManyToOneConcurrentLinkedQueue<Deletion> deletions,
            JournalBound bound,
            long lastNamed) {
        this.directory = directory;
        this.state = state;
        this.clock = clock;
        this.visitNs = intervalNs / 2;
        this.segments = segments;
        this.deletions = deletions;
        this.bound = bound;
        this.lastNamed = lastNamed;
        this.nextVisitNs = clock.nanoTime();
        this.nextMarkNs = nextVisitNs;
    }

    @Override
    public String roleName() {
        return "journal-flusher";
    }

    @Override
    public int doWork() {
        if (state.hasFailed()) {
            return 0;
        }
        int touched = touchAhead.touch(current == null ? null : current.open());
        boolean rolled =
                current == null ? !segments.isEmpty() : current.segment().isSealed();
        if (clock.nanoTime() - nextVisitNs < 0 && !rolled) {
            return touched;
        }
        int done = guarded(visitNs == 0);
        // Counted from the end: a device that is slow to force would leave no time for whoever shares the thread.
        nextVisitNs = clock.nanoTime() + visitNs;
        return done;
    }

    /** Makes durable everything appended up to now, whatever the interval; what comes meanwhile is for the next time. */
    int flush() {
        nextMarkNs = clock.nanoTime();
        return guarded(true);
    }

    private int guarded(boolean everything) {
        try {
            return flush(everything);
        } catch (IOException | UncheckedIOException e) {
            StorageException failure = new StorageException.ForceFailed(
                    "the journal in " + directory.root() + " could not be made durable: " + Refusal.why(e)
                            + "; restart the node: what it had not flushed is fetched or written anew",
                    e);
            state.fail(failure);
            throw failure;
        }
    }

    private int flush(boolean everything) throws IOException {
        long generation = state.generation();
        long appended = state.appendedIndex();
        work = 0;
        while (flushCurrent(generation, appended, everything)) {
            work++;
        }
        forceMark();
        return work + deleteUnwanted();
    }

    /** @return whether there may be more to do */
    private boolean flushCurrent(long generation, long appended, boolean everything) throws IOException {
        if (current == null) {
            OpenSegment next = segments.poll();
            current = next == null ? null : new SegmentFlush(next);
            return current != null;
        }
        Segment segment = current.segment();
        if (segment.isAbandoned()) {
            closeCurrent();
            return true;
        }
        boolean sealed = segment.isSealed();
        // In this order: all of what is appended in this segment ends before its end.
        long target = Math.min(appended, segment.lastIndex());
        int end = segment.endPosition();
        if (state.isCutUnderWay() || state.generation() != generation) {
            return false; // the target may belong to a history that is no more; come again
        }
        if (current.force(target, end, everything || sealed)) {
            onForced(generation);
            work++;
        }
        if (sealed && segment.lastIndex() <= current.index()) {
            if (!directory.isAside(segment.number())) {
                current.open().trim();
                bound.onLess();
            }
            closeCurrent();
            return true;
        }
        return false;
    }

    private void onForced(long generation) throws IOException {
        if (!current.open().isNamed()) {
            name(current.open());
        }
        current.noteMark();
        state.onForced(generation, current.index());
    }

    private void name(OpenSegment open) throws IOException {
        long number = open.segment.number();
        directory.name(number);
        open.segment.onNamed(directory.segment(number));
        // Not before the name is durable: a note without its segment would leave what was cut away unexplained.
        noteCut(open);
        open.onNamed();
        lastNamed = number;
    }

    private void noteCut(OpenSegment open) throws IOException {
        Segment kept = open.cutSegment();
        if (kept != null) {
            try (SegmentFile file = SegmentFile.open(directory.disk(), kept.path())) {
                file.writeCutNote(open.segment.base().index(), kept.layout().headerOffset());
                file.force();
            }
        }
    }

    /** The mark tells a start behind a power cut what must be there; so it must be on the device itself before long. */
    private void forceMark() throws IOException {
        long now = clock.nanoTime();
        if (now - nextMarkNs >= 0 && current != null && current.forceMark()) {
            nextMarkNs = now + MARK_INTERVAL_NS;
        }
    }

    private void closeCurrent() throws IOException {
        OpenSegment closing = current.open();
        current = null;
        close(closing);
    }

    private void close(OpenSegment open) throws IOException {
        open.close();
        directory.clearWork(open.segment.number());
    }

    private int deleteUnwanted() throws IOException {
        int deleted = 0;
        for (Deletion next = deletions.peek(); next != null && isDeletable(next); next = deletions.peek()) {
            deletions.poll();
            directory.delete(next.segment().number());
            bound.onLess();
            deleted++;
        }
        return deleted;
    }

    @SuppressWarnings("ReferenceEquality") // a segment is one object
    private boolean isDeletable(Deletion deletion) {
        boolean inUse = current != null && current.segment() == deletion.segment();
        return !inUse && lastNamed >= deletion.replacement();
    }

    /** After the threads have ended: closes what is still open, without making it durable. */
    void closeAll() throws IOException {
        if (current != null) {
            closeCurrent();
        }
        for (OpenSegment next = segments.poll(); next != null; next = segments.poll()) {
            close(next);
        }
    }
}
