package dev.lockstep.storage.journal;

import dev.lockstep.storage.frame.Checksum;
import dev.lockstep.storage.frame.Envelope;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.frame.FrameDefect;
import org.agrona.BitUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Looks for the place behind damage where sound frames go on. What it finds is sound and of the wanted indexes, but
 * whether it follows what stood in the damaged place, nobody can say. Owned by one thread.
 */
final class FrameSearch {
    static final int NOWHERE = -1;

    private final Checksum checksum = new Checksum();
    private final Frame frame = new Frame();
    private final UnsafeBuffer buffer;
    private final int end;

    FrameSearch(UnsafeBuffer buffer, int end) {
        this.buffer = buffer;
        this.end = end;
    }

    /** The frames that are wanted: behind an index, up to another one, of no older term. */
    record Wanted(long afterIndex, long lastIndex, long term) {
        private boolean fits(Frame frame) {
            return frame.firstIndex() > afterIndex && frame.lastIndex() <= lastIndex && frame.term() >= term;
        }
    }

    /**
     * Looks behind a damaged record. Where its length, or that of the frame in it, leads to a sound frame, that one is
     * taken first: a search byte by byte might find a frame that is part of a command.
     *
     * @return the position of the record found, or {@link #NOWHERE}
     */
    int behind(int damaged, Wanted wanted) {
        if (damaged + Documents.HEADER_LENGTH <= end) {
            int behindRecord = Documents.next(damaged, Documents.header(buffer, damaged));
            if (isSoundAt(behindRecord, damaged, wanted)) {
                return behindRecord;
            }
        }
        if (damaged + Documents.HEADER_LENGTH + Envelope.BLOCK_OFFSET <= end) {
            int length = Envelope.length(buffer, Documents.data(damaged));
            if (length >= Frame.HEADER_LENGTH && length <= end - damaged) {
                int behindFrame = damaged + Documents.space(length);
                if (isSoundAt(behindFrame, damaged, wanted)) {
                    return behindFrame;
                }
            }
        }
        return from(damaged + Documents.HEADER_LENGTH, wanted);
    }

    /** @return the position of the first such record at or behind a position, or {@link #NOWHERE} */
    int from(int start, Wanted wanted) {
        int last = end - Documents.HEADER_LENGTH - Frame.HEADER_LENGTH;
        for (int at = BitUtil.align(start, Documents.HEADER_LENGTH); at <= last; at += Documents.HEADER_LENGTH) {
            if (isSoundAt(at, start - 1, wanted)) {
                return at;
            }
        }
        return NOWHERE;
    }

    private boolean isSoundAt(int position, int behind, Wanted wanted) {
        if (position <= behind || position > end - Documents.HEADER_LENGTH - Frame.HEADER_LENGTH) {
            return false;
        }
        int header = Documents.header(buffer, position);
        int length = Documents.length(header);
        int data = Documents.data(position);
        return Documents.isReady(header)
                && !Documents.isMeta(header)
                && length >= Frame.HEADER_LENGTH
                && length <= end - data
                && Envelope.length(buffer, data) == length
                && frame.verify(checksum, buffer, data, length) == FrameDefect.NONE
                && wanted.fits(frame);
    }

    /** @return the frame found */
    Frame frame() {
        return frame;
    }

    /** @return the length of the sound frame that stands behind a record header, whatever that header says; else 0 */
    int soundFrameIn(int position, Wanted wanted) {
        int data = Documents.data(position);
        boolean sound = data <= end
                && frame.verify(checksum, buffer, data, end - data) == FrameDefect.NONE
                && wanted.fits(frame);
        return sound ? frame.length() : 0;
    }
}
