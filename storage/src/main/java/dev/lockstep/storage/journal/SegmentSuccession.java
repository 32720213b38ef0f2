package dev.lockstep.storage.journal;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.StorageException;
import org.agrona.concurrent.OneToOneConcurrentArrayQueue;

/** Takes one segment after another into use. Owned by the writer. */
final class SegmentSuccession {
    private final Identity identity;
    private final LogState state;
    private final BackgroundWork background;
    private final OneToOneConcurrentArrayQueue<PreparedSegment> ready;
    private final SegmentWriter writer = new SegmentWriter();
    /** The newest segment of the log, also one that takes nothing more; null if there is none. */
    private Segment newest;

    SegmentSuccession(Identity identity, LogState state, BackgroundWork background, Segment newest) {
        this.identity = identity;
        this.state = state;
        this.background = background;
        this.ready = background.ready();
        this.newest = newest;
    }

    /** @return what appends to the segment in use */
    SegmentWriter writer() {
        return writer;
    }

    Segment newest() {
        return newest;
    }

    Identity identity() {
        return identity;
    }

    /** @return whether there is a next segment; if there is none, it is made as fast as can be */
    boolean hasNext() {
        if (ready.isEmpty()) {
            background.hurry();
            return false;
        }
        return true;
    }

    /** At the start: frames go on in the newest segment. */
    void resume(OpenSegment segment) {
        use(segment);
    }

    /** The segment in use is full: the log goes on in the next one. */
    void roll(FrameRef tip) {
        OpenSegment activated = activate(SegmentOrigin.ROLL, tip);
        writer.finish();
        if (newest == null) {
            state.first(activated.segment);
        } else {
            newest.seal(tip.index(), activated.segment);
        }
        use(activated);
        newest = activated.segment;
    }

    /**
     * The log goes on in the next segment, from a base that is not the end of the newest one. What that one is then, is
     * for the caller to say.
     *
     * @param cutSegment the segment whose end moves for it; null if there is none
     */
    void leap(SegmentOrigin origin, FrameRef base, Segment cutSegment) {
        OpenSegment activated = activate(origin, base);
        activated.cuts(cutSegment);
        writer.finish();
        use(activated);
        newest = activated.segment;
    }

    private OpenSegment activate(SegmentOrigin origin, FrameRef base) {
        PreparedSegment prepared = ready.poll();
        Invariant.check(prepared != null, "room was reserved, but no segment is ready");
        return prepared.activate(identity, newest == null ? 0 : newest.number(), origin, base);
    }

    private void use(OpenSegment segment) {
        writer.use(segment);
        state.inUse(segment.segment);
        if (!background.handOver(segment)) {
            StorageException failure = new StorageException(
                    "the flusher is " + BackgroundWork.HAND_OVER_CAPACITY + " segments behind the writer");
            state.fail(failure);
            throw failure;
        }
    }
}
