package dev.lockstep.storage.journal;

import dev.lockstep.storage.Invariant;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A read-only view of a segment's file in memory, shared by all who read it and unmapped when the last one lets go.
 * Crosses threads: only the count of holders changes.
 */
final class SegmentMap {
    private final MappedByteBuffer bytes;
    private final UnsafeBuffer buffer;
    private final AtomicInteger holders = new AtomicInteger(1);

    private SegmentMap(MappedByteBuffer bytes) {
        this.bytes = bytes;
        this.buffer = new UnsafeBuffer(bytes);
    }

    /** Maps the first bytes of a file; the caller is the first holder. */
    static SegmentMap open(Path file, long length) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return new SegmentMap(channel.map(FileChannel.MapMode.READ_ONLY, 0, length));
        }
    }

    /** @return the file's bytes; only while held */
    UnsafeBuffer buffer() {
        return buffer;
    }

    /** @return false if the last holder has gone: the view must be opened anew */
    boolean tryHold() {
        int current = holders.get();
        while (current > 0) {
            if (holders.compareAndSet(current, current + 1)) {
                return true;
            }
            current = holders.get();
        }
        return false;
    }

    void letGo() {
        int left = holders.decrementAndGet();
        Invariant.check(left >= 0, "a segment's view was let go more often than it was held");
        if (left == 0) {
            BufferUtil.free(bytes);
        }
    }
}
