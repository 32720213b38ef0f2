package dev.lockstep.storage.journal;

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
 * <p>A failed force stops the journal: what the device holds is unknown from then on.
 */
final class Flusher implements Agent {
    /** A segment to delete, once the one that takes its place is durable. */
    record Deletion(Segment segment, long replacement) {}

    private final JournalDirectory directory;
    private final LogState state;
    private final NanoClock clock;
    private final long intervalNs;
    private final OneToOneConcurrentArrayQueue<OpenSegment> segments;
    private final ManyToOneConcurrentLinkedQueue<Deletion> deletions;
    private final TouchAhead touchAhead = new TouchAhead();
    private OpenSegment current;
    private long forcedIndex = Long.MIN_VALUE;
    private long lastNamed;
    private long nextNs;

    Flusher(
            JournalDirectory directory,
            LogState state,
            NanoClock clock,
            long intervalNs,
            OneToOneConcurrentArrayQueue<OpenSegment> segments,
            ManyToOneConcurrentLinkedQueue<Deletion> deletions,
            long lastNamed) {
        this.directory = directory;
        this.state = state;
        this.clock = clock;
        this.intervalNs = intervalNs;
        this.segments = segments;
        this.deletions = deletions;
        this.lastNamed = lastNamed;
        this.nextNs = clock.nanoTime();
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
        int touched = touchAhead.touch(current);
        boolean rolled = current == null ? !segments.isEmpty() : current.segment.isSealed();
        if (clock.nanoTime() - nextNs < 0 && !rolled) {
            return touched;
        }
        int work = flush();
        // Counted from the end: a device that is slow to force would leave no time for whoever shares the thread.
        nextNs = clock.nanoTime() + intervalNs;
        return work;
    }

    /** Makes durable everything appended up to now, whatever the interval; what comes meanwhile is for the next time. */
    int flush() {
        long generation = state.generation();
        long appended = state.appendedIndex();
        try {
            int work = 0;
            while (flushCurrent(generation, appended)) {
                work++;
            }
            return work + deleteUnwanted();
        } catch (IOException | UncheckedIOException e) {
            StorageException failure = new StorageException.ForceFailed(
                    "the journal in " + directory.root() + " could not be made durable: " + e.getMessage()
                            + "; restart the node: what it had not flushed is fetched or written anew",
                    e);
            state.fail(failure);
            throw failure;
        }
    }

    /** @return whether something was done, so that there may be more */
    private boolean flushCurrent(long generation, long appended) throws IOException {
        if (current == null) {
            current = segments.poll();
            forcedIndex = Long.MIN_VALUE;
            return current != null;
        }
        Segment segment = current.segment;
        if (segment.isAbandoned()) {
            closeCurrent();
            return true;
        }
        boolean sealed = segment.isSealed();
        long target = Math.min(appended, segment.lastIndex());
        if (state.isCutUnderWay() || state.generation() != generation) {
            return false; // the target may belong to a history that is no more; come again
        }
        if (target > forcedIndex) {
            force(generation, target);
            return true;
        }
        if (sealed && segment.lastIndex() <= forcedIndex) {
            if (!directory.isAside(segment.number())) {
                current.file.trim(current.usedBytes());
            }
            closeCurrent();
            return true;
        }
        return false;
    }

    private void force(long generation, long target) throws IOException {
        SegmentFile file = current.file;
        Segment segment = current.segment;
        file.force();
        touchAhead.onForced();
        if (!current.isNamed()) {
            noteCut();
            directory.name(segment.number());
            segment.onNamed(directory.segment(segment.number()));
            current.onNamed();
            lastNamed = segment.number();
        }
        file.writeFlushMark(target, segment.layout().headerOffset());
        forcedIndex = target;
        state.onForced(generation, target);
    }

    private void noteCut() throws IOException {
        Segment kept = current.cutSegment();
        if (kept != null) {
            try (SegmentFile file = SegmentFile.open(directory.disk(), kept.path())) {
                file.writeCutNote(current.segment.base().index(), kept.layout().headerOffset());
                file.force();
            }
        }
    }

    private void closeCurrent() throws IOException {
        long number = current.segment.number();
        current.close();
        directory.clearWork(number);
        current = null;
    }

    private int deleteUnwanted() throws IOException {
        int deleted = 0;
        for (Deletion next = deletions.peek(); next != null && isDeletable(next); next = deletions.peek()) {
            deletions.poll();
            directory.delete(next.segment().number());
            deleted++;
        }
        return deleted;
    }

    @SuppressWarnings("ReferenceEquality") // a segment is one object
    private boolean isDeletable(Deletion deletion) {
        boolean inUse = current != null && current.segment == deletion.segment();
        return !inUse && lastNamed >= deletion.replacement();
    }

    /** After the threads have ended: closes what is still open, without making it durable. */
    void closeAll() throws IOException {
        while (current != null || !segments.isEmpty()) {
            if (current == null) {
                current = segments.poll();
            }
            closeCurrent();
        }
    }
}
