package dev.lockstep.storage.snapshot;

import java.util.Objects;
import org.agrona.MutableDirectBuffer;

/** Copies the chunks of a file. Owned by one thread at a time. */
final class FileSnapshotSource implements SnapshotSource {
    private final SnapshotFile file;

    FileSnapshotSource(SnapshotFile file) {
        this.file = file;
    }

    @Override
    public SnapshotManifest manifest() {
        return file.manifest();
    }

    @Override
    public int chunkCount() {
        return file.layout().trailerNumber() + 1;
    }

    @Override
    public int maxChunkLength() {
        return file.layout().maxChunkLength();
    }

    @Override
    public long totalBytes() {
        return file.layout().totalBytes();
    }

    @Override
    public int read(int number, MutableDirectBuffer buffer, int offset) {
        Objects.checkIndex(number, chunkCount());
        buffer.boundsCheck(offset, file.layout().lengthOf(number));
        SealedChunk chunk = file.read(number);
        buffer.putBytes(offset, file.buffer().view(), 0, chunk.length());
        return chunk.length();
    }

    @Override
    public void close() {
        file.close();
    }
}
