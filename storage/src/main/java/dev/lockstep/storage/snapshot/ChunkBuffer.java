package dev.lockstep.storage.snapshot;

import java.nio.ByteBuffer;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/** One chunk's worth of memory outside the heap, given back at once when closed. Owned by one thread at a time. */
final class ChunkBuffer implements AutoCloseable {
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
    private ByteBuffer bytes;

    ChunkBuffer(int capacity) {
        bytes = ByteBuffer.allocateDirect(capacity); // an aligned one is a slice, which cannot be given back
        view.wrap(bytes);
    }

    UnsafeBuffer view() {
        return view;
    }

    /** @return the first bytes, for a channel to read or write; always the same object */
    ByteBuffer first(int length) {
        if (bytes == null) {
            throw new IllegalStateException("it was closed; open the snapshot again");
        }
        return bytes.clear().limit(length);
    }

    @Override
    public void close() {
        if (bytes != null) {
            view.wrap(0, 0); // whoever comes late meets a bounds check, not another's memory
            BufferUtil.free(bytes);
            bytes = null;
        }
    }
}
