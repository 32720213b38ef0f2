package dev.lockstep.storage.journal;

import net.openhft.chronicle.core.time.TimeProvider;
import net.openhft.chronicle.queue.RollCycle;
import org.agrona.BitUtil;

/**
 * A roll cycle that never rolls: each segment is a queue of one file, and rolling is ours. Its index spacing is chosen
 * so that one index page, laid out when the file is made, is enough for the whole segment: Chronicle never writes
 * anything but our records after that.
 */
record SegmentCycle(int defaultIndexSpacing) implements RollCycle {
    /** What Chronicle calls the file of cycle zero. */
    static final String FILE_NAME = "segment-19700101.cq4";
    /** Where Chronicle looks for a file that was made ahead. */
    static final String PREPARED_FILE_NAME = "segment-19700101.precreated";

    private static final int INDEX_COUNT = 1024;
    private static final int SEQUENCE_BITS = 40;
    private static final int SMALLEST_RECORD = 64;

    static SegmentCycle forSegment(long segmentBytes) {
        long records = segmentBytes / SMALLEST_RECORD;
        return new SegmentCycle(Math.max(64, BitUtil.findNextPositivePowerOfTwo((int) (records / INDEX_COUNT) + 1)));
    }

    /** A format of our own: Chronicle replaces a cycle that it does not find in a table of its own by one with the format. */
    @Override
    public String format() {
        return "'segment-'yyyyMMdd";
    }

    @Override
    public int lengthInMillis() {
        return 86_400_000;
    }

    @Override
    public int defaultIndexCount() {
        return INDEX_COUNT;
    }

    @Override
    public int current(TimeProvider time, long epoch) {
        return 0;
    }

    @Override
    public long toIndex(int cycle, long sequenceNumber) {
        return ((long) cycle << SEQUENCE_BITS) + (sequenceNumber & mask());
    }

    @Override
    public long toSequenceNumber(long index) {
        return index & mask();
    }

    @Override
    public int toCycle(long index) {
        return (int) (index >> SEQUENCE_BITS);
    }

    @Override
    public long maxMessagesPerCycle() {
        return (long) INDEX_COUNT * INDEX_COUNT * defaultIndexSpacing;
    }

    private static long mask() {
        return (1L << SEQUENCE_BITS) - 1;
    }
}
