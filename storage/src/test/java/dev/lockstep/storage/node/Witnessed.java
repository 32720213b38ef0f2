package dev.lockstep.storage.node;

import dev.lockstep.storage.FrameRef;
import java.io.File;
import java.nio.MappedByteBuffer;
import java.nio.file.Path;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What a process has told the world before it was killed, seen from outside: the last frame it acknowledged, the highest
 * term and start it has acted on, the newest snapshot it has relied on. In a memory map beside the node's directory;
 * each entry is complete before it counts.
 */
final class Witnessed implements AutoCloseable {
    private static final int LENGTH = 8192;
    private static final int COUNT = 0;
    private static final int TERM = 8;
    private static final int STARTS = 16;
    private static final int SNAPSHOT = 24;
    private static final int FIRST_SLOT = 64;
    private static final int SLOTS = 128;

    private final MappedByteBuffer bytes;
    private final UnsafeBuffer buffer;

    Witnessed(Path file) {
        File mapped = file.toFile();
        bytes = mapped.exists() ? IoUtil.mapExistingFile(mapped, "witnessed") : IoUtil.mapNewFile(mapped, LENGTH);
        buffer = new UnsafeBuffer(bytes);
    }

    void acknowledged(long index, long term, int crc) {
        long count = buffer.getLong(COUNT);
        int slot = FIRST_SLOT + (int) (count % SLOTS) * 32;
        buffer.putLong(slot, index);
        buffer.putLong(slot + 8, term);
        buffer.putInt(slot + 16, crc);
        buffer.putLongOrdered(COUNT, count + 1);
    }

    FrameRef acknowledged() {
        long count = buffer.getLongVolatile(COUNT);
        if (count == 0) {
            return FrameRef.ORIGIN;
        }
        int slot = FIRST_SLOT + (int) ((count - 1) % SLOTS) * 32;
        return new FrameRef(buffer.getLong(slot), buffer.getLong(slot + 8), buffer.getInt(slot + 16));
    }

    long count() {
        return buffer.getLongVolatile(COUNT);
    }

    void term(long term) {
        buffer.putLongOrdered(TERM, term);
    }

    long term() {
        return buffer.getLongVolatile(TERM);
    }

    void starts(long starts) {
        buffer.putLongOrdered(STARTS, starts);
    }

    long starts() {
        return buffer.getLongVolatile(STARTS);
    }

    void snapshot(long index) {
        buffer.putLongOrdered(SNAPSHOT, index);
    }

    long snapshot() {
        return buffer.getLongVolatile(SNAPSHOT);
    }

    @Override
    public void close() {
        IoUtil.unmap(bytes);
    }
}
