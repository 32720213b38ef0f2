package dev.lockstep.storage.journal;

import dev.lockstep.storage.FrameRef;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A segment that is part of the log, or was. Crosses threads: the writer moves its end and links its successor, the
 * flusher names it, readers read both. What a thread sees of the end was written before it.
 */
final class Segment {
    /** Behind the last index while frames may still be added. */
    static final long OPEN = Long.MAX_VALUE;

    private final SegmentHeader header;
    private final SegmentLayout layout;
    private final SparseIndex index;
    private final AtomicInteger endPosition;
    private final AtomicReference<SegmentMap> map = new AtomicReference<>();
    private volatile Path path;
    private volatile long lastIndex = OPEN;
    private volatile Segment next;
    private volatile boolean abandoned;

    /**
     * @param path where its file is now
     * @param header its header
     * @param layout where things stand in its file
     * @param index where its frames are
     * @param endPosition where its frames end so far
     */
    Segment(Path path, SegmentHeader header, SegmentLayout layout, SparseIndex index, int endPosition) {
        this.path = path;
        this.header = header;
        this.layout = layout;
        this.index = index;
        this.endPosition = new AtomicInteger(endPosition);
    }

    long number() {
        return header.number();
    }

    FrameRef base() {
        return header.base();
    }

    SegmentHeader header() {
        return header;
    }

    SegmentLayout layout() {
        return layout;
    }

    SparseIndex index() {
        return index;
    }

    Path path() {
        return path;
    }

    /** Flusher: the file has its final name. */
    void onNamed(Path finalPath) {
        path = finalPath;
    }

    /** @return where the frames of the log end in this segment */
    int endPosition() {
        return endPosition.get();
    }

    /** Writer: frames up to here can be read. */
    void publishEnd(int position) {
        endPosition.setRelease(position);
    }

    /** @return the last index of the log in this segment, or {@link #OPEN} */
    long lastIndex() {
        return lastIndex;
    }

    boolean isSealed() {
        return lastIndex != OPEN;
    }

    Segment next() {
        return next;
    }

    /** Writer: no frame is added any more; the log goes on in another segment. */
    void seal(long lastIndexHere, Segment successor) {
        lastIndex = lastIndexHere;
        next = successor;
    }

    /** Writer: the log ends earlier here than it did, and goes on in another segment. */
    void cut(long lastIndexHere, int position, Segment successor) {
        lastIndex = lastIndexHere;
        endPosition.set(position);
        next = successor;
    }

    /** Writer: nothing of this is part of the log any more; what is comes with the successor. */
    void abandon(Segment successor) {
        abandoned = true;
        next = successor;
    }

    boolean isAbandoned() {
        return abandoned;
    }

    /** Before the segment is shared: it takes frames, and this is a view of all its room, held for as long as it does. */
    void adopt(SegmentMap openView) {
        map.set(openView);
    }

    /**
     * Holds a view of the file for the caller, who must let it go. Opens one where the last holder has gone, which is
     * rare: an old segment that is read again.
     */
    SegmentMap hold() throws IOException {
        while (true) {
            SegmentMap current = map.get();
            if (current != null && current.tryHold()) {
                return current;
            }
            // The view of a segment that still takes frames is held, so this one takes none: its end is final.
            SegmentMap opened = SegmentMap.open(path, endPosition());
            if (map.compareAndSet(current, opened)) {
                return opened;
            }
            opened.letGo();
        }
    }

    @Override
    public String toString() {
        return "segment " + number() + " after " + base().index();
    }
}
