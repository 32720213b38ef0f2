package dev.lockstep.engine.pipeline;

import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.snapshot.SnapshotReader;
import org.agrona.MutableDirectBuffer;

/**
 * A section of a snapshot that is read. It remembers that it met damage: a state machine may keep an exception to itself.
 * Owned by the background thread.
 */
final class SectionSource implements ByteSource {
    private final SnapshotReader reader;
    private StorageException refusal;

    SectionSource(SnapshotReader reader) {
        this.reader = reader;
    }

    @Override
    public int read(MutableDirectBuffer buffer, int offset, int length) {
        check();
        try {
            int read = reader.read(buffer, offset, length);
            return read == SnapshotReader.END ? END : read;
        } catch (StorageException e) {
            refusal = e;
            throw e;
        }
    }

    /** @throws StorageException if it could not be read */
    void check() {
        if (refusal != null) {
            throw refusal;
        }
    }
}
