package dev.lockstep.storage.journal;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.Refusal;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.ballot.Marks;
import java.io.IOException;

/**
 * Ends the log at a frame and lets it go on behind that frame in a new segment. Owned by the writer; each cut needs the
 * next segment to be ready.
 *
 * <p>The promise is lowered first: a crash from there on must not find more promised than is there.
 */
final class LogCut {
    private final JournalDirectory directory;
    private final Marks marks;
    private final LogState state;
    private final SegmentSuccession succession;
    private final BackgroundWork background;
    private final SegmentReader finder;

    LogCut(
            JournalDirectory directory,
            Marks marks,
            LogState state,
            SegmentSuccession succession,
            BackgroundWork background) {
        this.directory = directory;
        this.marks = marks;
        this.state = state;
        this.succession = succession;
        this.background = background;
        this.finder = new SegmentReader(state);
    }

    /** Nothing that was committed is ever cut away: a cut there is a mistake of the caller's. */
    void checkNotCommitted(long index) {
        Invariant.check(index > marks.commit(), "a cut at or below the commit mark", marks.commit() + 1, index);
    }

    /** Keeps the segments from an index on under a second name, durably. */
    void keepAsideFrom(long index) {
        try {
            for (Segment each = state.first(); each != null; each = each.next()) {
                if (each.lastIndex() >= index) {
                    directory.keepAside(each.number(), each.path());
                }
            }
        } catch (IOException e) {
            throw new StorageException(
                    "damaged segments of " + directory.root() + " could not be put aside: " + Refusal.why(e)
                            + "; nothing was cut: make room, or look at the health of the device, and try again",
                    e);
        }
    }

    /**
     * The frame that ends at an index becomes the last one.
     *
     * @return that frame
     */
    FrameRef behindFrameAt(long index) {
        try {
            if (finder.seek(index) != ReadResult.FRAME) {
                throw new StorageException.Damaged(
                        "cannot cut behind index " + index + ", which cannot be read: " + finder.damage());
            }
            FrameRef last = finder.frame().ref();
            Invariant.check(last.index() == index, "a cut inside a frame", last.index(), index);
            lowerPromise(index);
            return cut(finder.segment(), finder.position(), last, SegmentOrigin.CUT);
        } finally {
            finder.close();
        }
    }

    /** Nothing is kept: the log begins anew behind its base, or behind a snapshot. */
    FrameRef everything(FrameRef base, SegmentOrigin origin) {
        lowerPromise(base.index());
        return cut(null, 0, base, origin);
    }

    /** At the start: lets the log end where its sound frames end. The promise is the caller's. */
    FrameRef behindTip(FrameRef tip) {
        Segment newest = succession.newest();
        return cut(newest, newest == null ? 0 : newest.endPosition(), tip, SegmentOrigin.CUT);
    }

    private void lowerPromise(long index) {
        marks.promised(Math.min(marks.promised(), index));
    }

    /**
     * @param kept the segment that holds the last frame kept; null if nothing is kept
     * @param keptPosition where that frame ends
     * @param last the last frame kept
     */
    private FrameRef cut(Segment kept, int keptPosition, FrameRef last, SegmentOrigin origin) {
        state.beginCut(last.index());
        try {
            cutBegun(kept, keptPosition, last, origin);
        } catch (RuntimeException | Error e) {
            state.fail(new StorageException(
                    "a cut behind " + last + " was not completed: " + Refusal.why(e)
                            + "; restart the node: its start decides anew where the log ends",
                    e));
            throw e;
        }
        state.endCut();
        return last;
    }

    private void cutBegun(Segment kept, int keptPosition, FrameRef last, SegmentOrigin origin) {
        Segment firstGone = kept == null ? state.first() : kept.next();
        succession.leap(origin, last, kept);
        if (kept == null) {
            state.first(succession.newest());
        } else {
            kept.cut(last.index(), keptPosition, succession.newest());
        }
        abandonFrom(firstGone);
        state.publishAppended(last.index());
    }

    private void abandonFrom(Segment firstGone) {
        Segment newest = succession.newest();
        Segment gone = firstGone;
        while (gone != null) {
            Segment following = gone.next();
            gone.abandon(newest);
            background.delete(gone, newest);
            gone = following;
        }
    }

    /** Lets go of what was looked at. */
    void close() {
        finder.close();
    }
}
