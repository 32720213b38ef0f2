package dev.lockstep.storage.snapshot;

import dev.lockstep.storage.Invariant;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;

/** Cuts sections into chunks and appends them to a file. Owned by one thread at a time. */
final class FileSnapshotWriter implements SnapshotWriter {
    private final FileSnapshotStore store;
    private final PartialSnapshot partial;
    private final ChunkEncoder encoder;
    private SnapshotSection section;

    FileSnapshotWriter(FileSnapshotStore store, PartialSnapshot partial, int chunkBytes) {
        this.store = store;
        this.partial = partial;
        this.encoder = new ChunkEncoder(partial.manifest(), chunkBytes);
    }

    void writeManifest() {
        partial.append(encoder.sealManifest());
    }

    @Override
    public SnapshotManifest manifest() {
        return partial.manifest();
    }

    @Override
    public void startSection(SnapshotSection next) {
        partial.checkGrowing();
        if (section != null && next.compareTo(section) <= 0) {
            throw new IllegalStateException("sections are written in order: " + next + " cannot follow " + section);
        }
        appendChunk();
        section = next;
    }

    @Override
    public void write(DirectBuffer buffer, int offset, int length) {
        partial.checkGrowing();
        if (section == null) {
            throw new IllegalStateException("a section must be started before anything is written");
        }
        buffer.boundsCheck(offset, length);
        int done = 0;
        while (done < length) {
            int taken = encoder.fill(buffer, offset + done, length - done);
            Invariant.check(taken > 0, "a full chunk was kept");
            done += taken;
            if (encoder.isFull()) {
                appendChunk();
            }
        }
    }

    private void appendChunk() {
        if (!encoder.isEmpty()) {
            partial.append(encoder.sealChunk(section));
        }
    }

    @Override
    public void publish() {
        partial.checkGrowing();
        appendChunk();
        partial.append(encoder.sealTrailer());
        partial.publish();
    }

    @Override
    public void close() {
        try {
            CloseHelper.closeAll(encoder, partial);
        } finally {
            store.release(this); // last, as the next one may use the same file name
        }
    }
}
