package dev.lockstep.storage.snapshot;

import dev.lockstep.storage.frame.Checksum;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;

/** Checks chunks from peers and appends them to a file. Owned by one thread at a time. */
final class FileSnapshotReceiver implements SnapshotReceiver {
    private final FileSnapshotStore store;
    private final Checksum checksum = new Checksum();
    private final SealedChunk chunk = new SealedChunk();
    private final ChunkSequence sequence = new ChunkSequence();
    private PartialSnapshot partial;
    private ChunkBuffer copy;
    private boolean complete;
    private boolean closed;

    FileSnapshotReceiver(FileSnapshotStore store) {
        this.store = store;
    }

    @Override
    public int wantedChunk() {
        return complete ? NONE : sequence.nextNumber();
    }

    @Override
    public SnapshotManifest manifest() {
        return partial == null ? null : partial.manifest();
    }

    @Override
    public ChunkVerdict onChunk(DirectBuffer buffer, int offset, int length) {
        if (closed) {
            throw new IllegalStateException("the transfer was closed; start another one");
        }
        buffer.boundsCheck(offset, length);
        SnapshotDefect defect = chunk.verify(checksum, buffer, offset, length);
        if (defect == SnapshotDefect.NONE) {
            defect = sequence.check(chunk);
        }
        return defect == SnapshotDefect.NONE ? accept(buffer, offset, length) : defect.verdict();
    }

    private ChunkVerdict accept(DirectBuffer buffer, int offset, int length) {
        if (partial != null) {
            partial.checkGrowing();
        }
        if (chunk.isManifest() && !start(chunk.manifest(), Math.max(length, chunk.chunkBytes()))) {
            return ChunkVerdict.STALE;
        }
        copy.view().putBytes(0, buffer, offset, length);
        partial.append(copy.first(length));
        sequence.advance(chunk);
        if (!chunk.isTrailer()) {
            return ChunkVerdict.ACCEPTED;
        }
        partial.publish();
        complete = true;
        return ChunkVerdict.COMPLETE;
    }

    private boolean start(SnapshotManifest manifest, int maxChunkLength) {
        if (!store.admits(manifest)) {
            return false;
        }
        partial = store.newPartial(manifest);
        copy = new ChunkBuffer(maxChunkLength);
        return true;
    }

    @Override
    public void close() {
        closed = true;
        checksum.forget();
        try {
            CloseHelper.closeAll(copy, partial);
        } finally {
            store.release(this); // last, as the next one may use the same file name
        }
    }
}
