package dev.lockstep.storage.journal;

import dev.lockstep.storage.Refusal;
import dev.lockstep.storage.StorageException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;

/** Shows an inspected segment's frames, from its file as it is now. */
final class FrameShow {
    private final InspectedSegment segment;
    private final SegmentCopy copy;
    private final long from;
    private final long to;
    private final FrameVisitor visitor;

    private FrameShow(InspectedSegment segment, SegmentCopy copy, long from, long to, FrameVisitor visitor) {
        this.segment = segment;
        this.copy = copy;
        this.from = from;
        this.to = to;
        this.visitor = visitor;
    }

    static void of(InspectedSegment segment, long from, long to, FrameVisitor visitor) {
        SegmentCopy copy;
        try {
            copy = SegmentCopy.of(segment.file());
        } catch (NoSuchFileException e) {
            return; // deleted since it was inspected: nothing of it is left to show
        } catch (IOException e) {
            throw new StorageException(
                    "segment " + segment.file() + " cannot be read: " + Refusal.why(e)
                            + "; look as a user that may read it, and at the health of the device",
                    e);
        }
        FrameShow show = new FrameShow(segment, copy, from, to, visitor);
        for (FrameRun run : segment.runs()) {
            if (run.firstIndex() <= to && run.lastIndex() >= from) {
                show.show(run);
            }
        }
    }

    private void show(FrameRun run) {
        int end = Math.min(run.toOffset(), copy.length());
        FrameSearch search = new FrameSearch(copy.buffer(), end);
        FrameSearch.Wanted wanted = new FrameSearch.Wanted(run.firstIndex() - 1, run.lastIndex(), 0);
        if (search.from(run.fromOffset(), wanted) != run.fromOffset()) {
            return; // another frame stands there since it was inspected
        }
        SegmentCursor cursor = new SegmentCursor();
        cursor.at(copy.buffer(), run.fromOffset());
        cursor.follow(run.firstIndex() - 1, 0, search.frame().previousCrc());
        while (cursor.index() < to && cursor.next(end) == SegmentCursor.Step.FRAME) {
            if (cursor.index() >= from) {
                visitor.onFrame(segment, cursor.recordPosition(), cursor.frame());
            }
        }
    }
}
