package dev.lockstep.storage.journal;

import dev.lockstep.storage.Platform;
import java.nio.file.Path;
import net.openhft.chronicle.bytes.PointerBytesStore;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import org.agrona.DirectBuffer;

/**
 * Appends records to one segment's file through Chronicle. Made by the preparer, used by the writer, closed by the
 * flusher: one thread at a time, handed over safely.
 */
final class SegmentAppender implements AutoCloseable {
    /** Chronicle waits this long where it meets something unfinished; we never let it meet anything unfinished. */
    private static final int TIMEOUT_MS = 1000;

    private final SingleChronicleQueue queue;
    private final ExcerptAppender appender;
    private final PointerBytesStore record = new PointerBytesStore();

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
        return new SegmentAppender(SingleChronicleQueueBuilder.binary(directory)
                .rollCycle(cycle)
                .blockSize(segmentBytes)
                .timeoutMS(TIMEOUT_MS)
                .checkInterrupts(false)
                .build());
    }

    /** Appends one record; it is ready, and in the file's memory map, on return. */
    void append(DirectBuffer buffer, int offset, int length) {
        record.set(buffer.addressOffset() + offset, length);
        appender.writeBytes(record);
    }

    /** @return the records that Chronicle believes to be in the file */
    long recordCount() {
        return queue.rollCycle().toSequenceNumber(queue.lastIndex()) + 1;
    }

    @Override
    public void close() {
        appender.close();
        queue.close();
    }
}
