package dev.lockstep.storage.journal;

/**
 * Where in a segment some frames start, one for each stretch of bytes, so that finding an index walks at most one
 * stretch. Written by one thread, read by any: an entry is complete before the count that shows it.
 */
final class SparseIndex {
    static final int STRETCH_BYTES = 64 * 1024;

    private final long[] firstIndexes;
    private final int[] positions;
    private volatile int count;

    SparseIndex(long segmentBytes) {
        int capacity = (int) (segmentBytes / STRETCH_BYTES) + 1;
        firstIndexes = new long[capacity];
        positions = new int[capacity];
    }

    /** Notes a frame; most are passed over. Frames come in the order of their positions. */
    void onFrame(long firstIndex, int position) {
        int entries = count;
        if (entries == 0 || position - positions[entries - 1] >= STRETCH_BYTES) {
            firstIndexes[entries] = firstIndex;
            positions[entries] = position;
            count = entries + 1;
        }
    }

    /** @return the position of a frame that starts before an index; -1 if none is noted */
    int before(long index) {
        int low = 0;
        int high = count - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (firstIndexes[middle] < index) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high < 0 ? -1 : positions[high];
    }
}
