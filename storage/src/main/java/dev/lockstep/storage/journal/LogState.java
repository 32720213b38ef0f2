package dev.lockstep.storage.journal;

import dev.lockstep.storage.StorageException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the journal's threads tell one another. The writer moves the appended index, the first segment and the
 * generation; the flusher moves the flushed index; either may report a failure, which stops the journal for good.
 */
final class LogState {
    private final AtomicLong appendedIndex = new AtomicLong();
    private final Object flushLock = new Object();
    private volatile long flushedIndex;
    private volatile long generation;
    private volatile Segment first;
    private volatile Segment inUse;
    private volatile StorageException failure;
    private volatile FlushListener listener = (flushGeneration, index) -> {};

    LogState(long appendedIndex, long flushedIndex, Segment first) {
        this.appendedIndex.set(appendedIndex);
        this.flushedIndex = flushedIndex;
        this.first = first;
    }

    long appendedIndex() {
        return appendedIndex.get();
    }

    /** Writer: everything up to here can be read. */
    void publishAppended(long index) {
        appendedIndex.setRelease(index);
    }

    Segment first() {
        return first;
    }

    void first(Segment segment) {
        first = segment;
    }

    /** @return the segment that takes frames now; null if none does */
    Segment inUse() {
        return inUse;
    }

    void inUse(Segment segment) {
        inUse = segment;
    }

    /** @return the count of cuts begun and ended: odd while one is under way */
    long generation() {
        return generation;
    }

    boolean isCutUnderWay() {
        return (generation & 1) != 0;
    }

    /** Writer: from here on no flush that has begun before proves anything about what lies behind an index. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // only the writer changes it
    void beginCut(long lastIndexKept) {
        synchronized (flushLock) {
            generation++;
            flushedIndex = Math.min(flushedIndex, lastIndexKept);
        }
    }

    /** Writer: the cut log is complete. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // only the writer changes it
    void endCut() {
        generation++;
    }

    long flushedIndex() {
        return flushedIndex;
    }

    /** Flusher: a force that began in a generation has returned. */
    void onForced(long forcedGeneration, long index) {
        synchronized (flushLock) {
            if (generation != forcedGeneration || index <= flushedIndex) {
                return; // safety 8: a cut has made this flush worthless
            }
            flushedIndex = index;
        }
        listener.onFlushed(forcedGeneration, index);
    }

    void listener(FlushListener newListener) {
        listener = newListener;
    }

    void fail(StorageException cause) {
        if (failure == null) {
            failure = cause;
        }
    }

    boolean hasFailed() {
        return failure != null;
    }

    void checkSound() {
        StorageException cause = failure;
        if (cause != null) {
            throw new StorageException("the journal has failed and takes nothing more: " + cause.getMessage(), cause);
        }
    }
}
