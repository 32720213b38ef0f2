package dev.lockstep.storage.journal;

import dev.lockstep.storage.StorageException;
import org.agrona.DirectBuffer;

/**
 * Appends records to the segment in use, and knows where they end. Owned by the writer.
 *
 * <p>What Chronicle did is checked, not believed: each record is looked at where it must be now.
 */
final class SegmentWriter {
    private OpenSegment open;
    private int position;
    private int limit;

    /** Goes on in a segment, behind what it holds. */
    void use(OpenSegment segment) {
        open = segment;
        position = segment.segment.endPosition();
        limit = SegmentLayout.limit(segment.segment.header().preallocatedBytes());
    }

    /** Nothing more comes into the segment in use. */
    void finish() {
        if (open != null) {
            open.onUsed(position);
        }
    }

    /** @return the segment in use; null until one is, after the start */
    Segment segment() {
        return open == null ? null : open.segment;
    }

    /** @return where the next record goes */
    int position() {
        return position;
    }

    /** @return where records must end at the latest */
    int limit() {
        return limit;
    }

    boolean hasRoom(int space) {
        return position + space <= limit;
    }

    /**
     * @return where the record stands
     * @throws StorageException if it is not there: the segment can no longer be trusted
     */
    int append(DirectBuffer buffer, int offset, int length) {
        try {
            open.appender.append(buffer, offset, length);
        } catch (RuntimeException | InternalError e) {
            throw new StorageException("Chronicle could not append to " + open.segment, e);
        }
        int at = position;
        int header = Documents.header(open.map().buffer(), at);
        if (header != length) {
            throw new StorageException("Chronicle wrote a record elsewhere than at byte " + at + " of " + open.segment
                    + ", where " + Integer.toHexString(header) + " stands now");
        }
        position = Documents.next(at, header);
        return at;
    }
}
