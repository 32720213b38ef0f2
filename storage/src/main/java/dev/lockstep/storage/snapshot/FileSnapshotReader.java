package dev.lockstep.storage.snapshot;

import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Walks through the chunks of a file. Owned by one thread at a time. */
final class FileSnapshotReader implements SnapshotReader {
    private final SnapshotFile file;
    private final UnsafeBuffer payload;
    private SnapshotSection section;
    private int nextChunk = 1;
    private int position;
    private int end;

    FileSnapshotReader(SnapshotFile file) {
        this.file = file;
        this.payload = file.buffer().view();
    }

    @Override
    public SnapshotManifest manifest() {
        return file.manifest();
    }

    @Override
    public void startSection(SnapshotSection next) {
        if (section != null && next.compareTo(section) <= 0) {
            throw new IllegalStateException("sections are read in order: " + next + " cannot follow " + section);
        }
        while (isBefore(file.layout().sectionOf(nextChunk), next)) {
            file.read(nextChunk);
            nextChunk++; // only now: what is damaged is met again, never passed over
        }
        section = next;
        position = 0;
        end = 0;
    }

    private static boolean isBefore(SnapshotSection chunkSection, SnapshotSection wanted) {
        return chunkSection != null && chunkSection.compareTo(wanted) < 0;
    }

    @Override
    public int read(MutableDirectBuffer buffer, int offset, int length) {
        if (section == null) {
            throw new IllegalStateException("a section must be started before anything is read");
        }
        if (position == end && !loadNext()) {
            return END;
        }
        int taken = Math.min(length, end - position);
        buffer.putBytes(offset, payload, position, taken);
        position += taken;
        return taken;
    }

    private boolean loadNext() {
        if (file.layout().sectionOf(nextChunk) != section) {
            return false;
        }
        SealedChunk chunk = file.read(nextChunk);
        nextChunk++;
        position = chunk.payloadOffset();
        end = position + chunk.payloadLength();
        return true;
    }

    @Override
    public void close() {
        file.close();
    }
}
