package dev.lockstep.storage.journal;

import dev.lockstep.storage.frame.Frame;
import java.util.ArrayList;
import java.util.List;

/**
 * How a journal is laid out.
 *
 * @param segmentBytes the bytes that are filled with zeros for each segment; a frame may take a quarter of them
 * @param prepareBytesPerSecond how fast the next segment is filled while there is no hurry
 * @param flushIntervalNs how long appended frames may wait for the flusher; 0 flushes whenever there is something
 * @param maxJournalBytes what the journal's directory may take, {@link #UNBOUNDED} if all of the disk
 */
public record JournalSettings(
        int segmentBytes, long prepareBytesPerSecond, long flushIntervalNs, long maxJournalBytes) {
    /** The disk is the bound. */
    public static final long UNBOUNDED = Long.MAX_VALUE;

    /** With fewer there would be no room for what a snapshot does not have yet, while the next one is made. */
    public static final int MIN_SEGMENTS = 8;

    /** By so much of a segment Chronicle lets its file reach beyond it, as a hole, until it is full and trimmed. */
    private static final int PART_BEYOND = 4;

    /** 32 MiB a segment: one in use and one ready keep a fresh node well under 100 MB. */
    public static final JournalSettings DEFAULT = new JournalSettings(32 << 20, 256L << 20, 100_000_000);

    /** Smaller segments would hold little but their own headers. */
    public static final int MIN_SEGMENT_BYTES = 256 << 10;
    /** Positions within a segment are ints, and a damaged record may claim a GiB more. */
    public static final int MAX_SEGMENT_BYTES = 1 << 29;

    /**
     * @throws IllegalArgumentException naming every mistake at once
     */
    public JournalSettings {
        List<String> mistakes = new ArrayList<>();
        if (segmentBytes < MIN_SEGMENT_BYTES || segmentBytes > MAX_SEGMENT_BYTES || segmentBytes % 65536 != 0) {
            mistakes.add("segmentBytes is " + segmentBytes + "; it must be a multiple of 65536 from "
                    + MIN_SEGMENT_BYTES + " to " + MAX_SEGMENT_BYTES);
        }
        if (prepareBytesPerSecond <= 0) {
            mistakes.add("prepareBytesPerSecond is " + prepareBytesPerSecond + "; it must be positive");
        }
        if (flushIntervalNs < 0) {
            mistakes.add("flushIntervalNs is " + flushIntervalNs + "; it must not be negative");
        }
        if (maxJournalBytes < (long) MIN_SEGMENTS * segmentBytes) {
            mistakes.add("maxJournalBytes is " + maxJournalBytes + "; " + MIN_SEGMENTS
                    + " segments must fit it, which are " + (long) MIN_SEGMENTS * segmentBytes
                    + "; raise it, or make segmentBytes smaller");
        }
        if (!mistakes.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", mistakes));
        }
    }

    /**
     * Without a bound.
     *
     * @param segmentBytes as above
     * @param prepareBytesPerSecond as above
     * @param flushIntervalNs as above
     */
    public JournalSettings(int segmentBytes, long prepareBytesPerSecond, long flushIntervalNs) {
        this(segmentBytes, prepareBytesPerSecond, flushIntervalNs, UNBOUNDED);
    }

    /**
     * @param bytes the segment size
     * @return the same otherwise
     */
    public JournalSettings withSegmentBytes(int bytes) {
        return new JournalSettings(bytes, prepareBytesPerSecond, flushIntervalNs, maxJournalBytes);
    }

    /**
     * @param bytes what the directory may take
     * @return the same otherwise
     */
    public JournalSettings withMaxJournalBytes(long bytes) {
        return new JournalSettings(segmentBytes, prepareBytesPerSecond, flushIntervalNs, bytes);
    }

    /**
     * @return what a segment takes on its way: all of it, what reaches beyond, and Chronicle's table beside it
     */
    long mostBytesOfSegment() {
        return segmentBytes + segmentBytes / PART_BEYOND + (long) JournalDirectory.TABLE_BYTES;
    }

    /**
     * @return what of {@link #maxJournalBytes} frames do not take but where they make room by it: a segment; zero if there
     *     is no bound
     */
    public long keptBackBytes() {
        return maxJournalBytes == UNBOUNDED ? 0 : mostBytesOfSegment();
    }

    /**
     * @return the longest frame that can be appended: Chronicle takes records up to a quarter of its block
     */
    public int maxFrameBytes() {
        return segmentBytes / 4 - Frame.HEADER_LENGTH;
    }
}
