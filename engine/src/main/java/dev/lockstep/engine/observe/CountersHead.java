package dev.lockstep.engine.observe;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * How a counters file begins, in the byte order of the machine: a reader of another order does not find the magic.
 *
 * <pre>
 *  0 magic, long     8 version, int     12 where the values begin, int     16 their length in bytes, int
 * 20 where the metadata begin, int      24 their length in bytes, int      32 start in epoch milliseconds, long
 * 40 process id, long                   48 end in epoch milliseconds, long: zero until the node has closed
 * </pre>
 *
 * Values and metadata are laid out as Agrona's CountersReader expects them.
 */
final class CountersHead {
    /** As long as a counter, so that no two values share a cache line with it. */
    static final int LENGTH = 128;

    private static final long MAGIC = 0x53544E554F434B4CL; // "LKCOUNTS", read in little-endian order
    private static final int VERSION = 1;

    private static final int MAGIC_OFFSET = 0;
    private static final int VERSION_OFFSET = 8;
    private static final int VALUES_OFFSET = 12;
    private static final int VALUES_BYTES_OFFSET = 16;
    private static final int METADATA_OFFSET = 20;
    private static final int METADATA_BYTES_OFFSET = 24;
    private static final int START_OFFSET = 32;
    private static final int PROCESS_OFFSET = 40;
    private static final int END_OFFSET = 48;

    private final UnsafeBuffer buffer;

    /** @param buffer the whole file; at least as long as the head */
    CountersHead(UnsafeBuffer buffer) {
        this.buffer = buffer;
    }

    /** Describes a file that has as many values as go in, and their metadata behind them. */
    void write(int valuesBytes, long startEpochMs) {
        buffer.putInt(VERSION_OFFSET, VERSION);
        buffer.putInt(VALUES_OFFSET, LENGTH);
        buffer.putInt(VALUES_BYTES_OFFSET, valuesBytes);
        buffer.putInt(METADATA_OFFSET, LENGTH + valuesBytes);
        buffer.putInt(METADATA_BYTES_OFFSET, buffer.capacity() - LENGTH - valuesBytes);
        buffer.putLong(START_OFFSET, startEpochMs);
        buffer.putLong(PROCESS_OFFSET, ProcessHandle.current().pid());
        buffer.putLong(MAGIC_OFFSET, MAGIC);
    }

    boolean hasMagic() {
        return buffer.getLong(MAGIC_OFFSET) == MAGIC;
    }

    int version() {
        return buffer.getInt(VERSION_OFFSET);
    }

    boolean isKnownVersion() {
        return version() == VERSION;
    }

    /** @return whether both parts lie in the file, which may have been cut or written by anybody */
    boolean isWhole() {
        return lies(VALUES_OFFSET, VALUES_BYTES_OFFSET) && lies(METADATA_OFFSET, METADATA_BYTES_OFFSET);
    }

    private boolean lies(int offsetAt, int bytesAt) {
        long offset = buffer.getInt(offsetAt);
        long bytes = buffer.getInt(bytesAt);
        return offset >= LENGTH && offset % Long.BYTES == 0 && bytes >= 0 && offset + bytes <= buffer.capacity();
    }

    UnsafeBuffer values() {
        return new UnsafeBuffer(buffer, buffer.getInt(VALUES_OFFSET), buffer.getInt(VALUES_BYTES_OFFSET));
    }

    UnsafeBuffer metadata() {
        return new UnsafeBuffer(buffer, buffer.getInt(METADATA_OFFSET), buffer.getInt(METADATA_BYTES_OFFSET));
    }

    long startEpochMs() {
        return buffer.getLong(START_OFFSET);
    }

    long processId() {
        return buffer.getLong(PROCESS_OFFSET);
    }

    long endEpochMs() {
        return buffer.getLongVolatile(END_OFFSET);
    }

    void endEpochMs(long endEpochMs) {
        buffer.putLongRelease(END_OFFSET, endEpochMs);
    }
}
