package dev.lockstep.storage.journal;

import dev.lockstep.storage.frame.Checksum;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.frame.FrameDefect;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Steps from record to record through the bytes of one segment, and verifies the frames it meets. Used for every look
 * into a segment: reading, recovery, inspection. Owned by one thread.
 */
final class SegmentCursor {
    /** What stands at the cursor. */
    enum Step {
        /** A frame, verified, that continues the chain. */
        FRAME,
        /** Nothing: the limit is reached, or untouched space. */
        END,
        /** A record that was begun and never made ready. */
        UNREADY,
        /** Something that is not a sound frame, or not the one that should follow. */
        BAD
    }

    private final Checksum checksum = new Checksum();
    private final Frame frame = new Frame();
    private UnsafeBuffer buffer;
    private int position;
    private int recordPosition;
    private int limit;
    private long previousIndex;
    private long previousTerm;
    private int previousCrc;
    private String defect;

    /** Stands before the record at a position; the chain is not known yet. */
    void at(UnsafeBuffer segment, int startPosition) {
        buffer = segment;
        position = startPosition;
        limit = segment.capacity();
    }

    /** Says which frame the next one must follow. */
    void follow(long index, long term, int crc) {
        previousIndex = index;
        previousTerm = term;
        previousCrc = crc;
    }

    /**
     * Goes to the next frame and verifies it.
     *
     * @param end where the records end, as far as is known
     */
    Step next(int end) {
        limit = end;
        Step step = toRecord();
        if (step != Step.FRAME) {
            return step;
        }
        int header = Documents.header(buffer, recordPosition);
        int data = Documents.data(recordPosition);
        int length = Documents.length(header);
        FrameDefect found = frame.verify(checksum, buffer, data, length);
        if (found == FrameDefect.NONE && frame.length() != length) {
            found = FrameDefect.BAD_LENGTH;
        }
        if (found == FrameDefect.NONE) {
            found = frame.follows(previousIndex, previousTerm, previousCrc);
        }
        if (found != FrameDefect.NONE) {
            defect = describe(found);
            return Step.BAD;
        }
        position = Documents.next(recordPosition, header);
        previousIndex = frame.lastIndex();
        previousTerm = frame.term();
        previousCrc = frame.crc();
        return Step.FRAME;
    }

    private String describe(FrameDefect found) {
        return switch (found) {
            case WRONG_INDEX, WRONG_TERM, BROKEN_CHAIN -> found.description() + " (" + frame + ")";
            default -> found.description();
        };
    }

    /** @return what the record at the cursor is, by its header alone */
    private Step toRecord() {
        if (position + Documents.HEADER_LENGTH <= limit) {
            int header = Documents.header(buffer, position);
            if (Documents.isNothing(header)) {
                return Step.END;
            }
            if (!Documents.isReady(header)) {
                return Step.UNREADY;
            }
            int next = Documents.next(position, header);
            if (next > limit) {
                defect = "a record of " + Documents.length(header) + " bytes, of which only " + (limit - position)
                        + " are there";
                recordPosition = position;
                return Step.BAD;
            }
            recordPosition = position;
            if (Documents.isMeta(header)) {
                defect = "a record marked as Chronicle's own, of which there are none among frames";
                return Step.BAD;
            }
            return Step.FRAME;
        }
        return Step.END;
    }

    /**
     * Looks for the frame that holds an index, from where the cursor stands, trusting lengths but not going beyond the
     * end. The next call of {@link #next} verifies it.
     *
     * @return whether it is there; if any frame was passed on the way, the chain is known
     */
    boolean find(long index, int end) {
        limit = end;
        while (toRecord() == Step.FRAME) {
            int data = Documents.data(recordPosition);
            if (data + Frame.HEADER_LENGTH > end) {
                return false;
            }
            frame.wrap(buffer, data);
            if (index <= frame.lastIndex()) {
                return index >= frame.firstIndex();
            }
            previousIndex = frame.lastIndex();
            previousTerm = frame.term();
            previousCrc = frame.crc();
            position = Documents.next(recordPosition, Documents.header(buffer, recordPosition));
        }
        return false;
    }

    /** @return the frame last met */
    Frame frame() {
        return frame;
    }

    /** @return where the frame's record starts */
    int recordPosition() {
        return recordPosition;
    }

    /** @return where the next record is looked for */
    int position() {
        return position;
    }

    /** @return what was found where a frame should be, after {@link Step#BAD} */
    String defect() {
        return defect;
    }

    /** @return the last index of the chain so far */
    long index() {
        return previousIndex;
    }

    long term() {
        return previousTerm;
    }

    int crc() {
        return previousCrc;
    }

    /** Lets go of the memory. */
    void forget() {
        checksum.forget();
        buffer = null;
    }
}
