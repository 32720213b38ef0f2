package dev.lockstep.storage.journal;

import dev.lockstep.storage.Platform;
import java.nio.file.Path;
import net.openhft.chronicle.bytes.PointerBytesStore;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Appends records to one segment's file through Chronicle. Made by the preparer, used by the writer, closed by the
 * flusher: one thread at a time, handed over safely.
 */
final class SegmentAppender implements AutoCloseable {
    /** Chronicle waits this long where it meets something unfinished; we never let it meet anything unfinished. */
    private static final int TIMEOUT_MS = 1000;

    /** Where Chronicle notes, in a segment's file, the position of the last record that it wrote. */
    static final int WRITE_POSITION_OFFSET = 64;

    private final SingleChronicleQueue queue;
    private final ExcerptAppender appender;
    private final PointerBytesStore record = new PointerBytesStore();
    private final UnsafeBuffer mapped = new UnsafeBuffer(0, 0);

    private SegmentAppender(SingleChronicleQueue queue) {
        this.queue = queue;
        this.appender = queue.createAppender();
        appender.singleThreadedCheckDisabled(true);
        record.singleThreadedCheckDisabled(true);
    }

    /**
     * Opens the queue in a directory that holds nothing but the segment's file.
     *
     * @param directory Chronicle's own directory for this segment
     * @param segmentBytes the bytes preallocated for the segment
     */
    static SegmentAppender open(Path directory, int segmentBytes) {
        Platform.silenceChronicle();
        SegmentCycle cycle = SegmentCycle.forSegment(segmentBytes);
        SingleChronicleQueue queue = SingleChronicleQueueBuilder.binary(directory)
                .rollCycle(cycle)
                .blockSize(segmentBytes)
                .timeoutMS(TIMEOUT_MS)
                .checkInterrupts(false)
                .build();
        try {
            return new SegmentAppender(queue);
        } catch (RuntimeException | Error e) {
            queue.close();
            throw e;
        }
    }

    /** Appends one record; it is ready, and in the file's memory map, on return. */
    void append(DirectBuffer buffer, int offset, int length) {
        record.set(buffer.addressOffset() + offset, length);
        appender.writeBytes(record);
    }

    /**
     * Makes pages writable that will be appended to soon, so that the appending thread does not: the first store into a
     * clean page waits for the file system, at worst for a commit of its journal. Stores nothing but a zero over a zero.
     * Only the thread that would close the appender, or hands it over, may do this.
     */
    void touch(int from, int until) {
        for (int page = from & -SegmentLayout.PAGE_BYTES; page < until; page += SegmentLayout.PAGE_BYTES) {
            mapped.compareAndSetInt(page, 0, 0);
        }
    }

    /** Before {@link #touch}: a first record must have been appended. */
    void mapForTouching(int segmentBytes) {
        mapped.wrap(appender.wire().bytes().bytesStore().addressForRead(0), segmentBytes);
    }

    @Override
    public void close() {
        appender.close();
        queue.close();
    }
}
