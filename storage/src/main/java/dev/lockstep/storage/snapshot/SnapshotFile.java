package dev.lockstep.storage.snapshot;

import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.frame.Envelope;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.agrona.CloseHelper;

/**
 * A published snapshot's file, opened for reading by chunk number. Opening checks its structure: manifest, trailer and
 * length. Each chunk is checked when it is read. Owned by one thread at a time.
 */
final class SnapshotFile implements AutoCloseable {
    private static final String SET_ASIDE = "It is set aside; fetch the snapshot from another node or take a new one";

    private final ChunkFile file;
    private final SnapshotManifest manifest;
    private final SnapshotLayout layout;
    private final ChunkBuffer buffer;
    private Consumer<StorageException.Damaged> onDamage = damaged -> {};
    private int crcBeforeTrailer;
    private int lastNumber;
    private int lastCrc;

    private SnapshotFile(ChunkFile file, ChunkBuffer edges, long index) {
        this.file = file;
        int manifestLength = readManifestLength(edges);
        SealedChunk head = file.read(edges, 0, manifestLength);
        file.check(defectOfHead(head, index), 0);
        manifest = head.manifest();
        lastCrc = head.crc();
        layout = readLayout(edges, manifestLength, head.chunkBytes());
        boolean isEmpty = layout.trailerNumber() == 1;
        file.check(isEmpty && lastCrc != crcBeforeTrailer ? SnapshotDefect.BROKEN_CHAIN : SnapshotDefect.NONE, 0);
        buffer = new ChunkBuffer(layout.maxChunkLength());
    }

    /**
     * @param path the file
     * @param index the index that its name tells
     * @return the open file
     * @throws StorageException.Damaged if its structure is
     */
    static SnapshotFile open(Path path, long index) {
        return open(path, index, SET_ASIDE);
    }

    /** @param remedy what is done about damage, and what is left to do, as a sentence */
    static SnapshotFile open(Path path, long index, String remedy) {
        ChunkFile file = new ChunkFile(path, remedy);
        try (ChunkBuffer edges = new ChunkBuffer(SealedChunk.MAX_MANIFEST_LENGTH)) {
            return new SnapshotFile(file, edges, index);
        } catch (StorageException failure) {
            CloseHelper.close(failure::addSuppressed, file);
            throw failure;
        }
    }

    /** From here on, damage that {@link #read} finds is told to that listener before it is thrown. */
    void onDamage(Consumer<StorageException.Damaged> listener) {
        onDamage = listener;
    }

    private int readManifestLength(ChunkBuffer edges) {
        file.readRaw(edges, 0, Envelope.BLOCK_OFFSET);
        int length = Envelope.length(edges.view(), 0);
        boolean possible = length > Envelope.BLOCK_OFFSET && length <= SealedChunk.MAX_MANIFEST_LENGTH;
        file.check(possible ? SnapshotDefect.NONE : SnapshotDefect.BAD_LENGTH, 0);
        return length;
    }

    private static SnapshotDefect defectOfHead(SealedChunk head, long index) {
        if (!head.isManifest()) {
            return SnapshotDefect.NOT_A_CHUNK;
        }
        return head.snapshotIndex() == index ? SnapshotDefect.NONE : SnapshotDefect.OTHER_SNAPSHOT;
    }

    private SnapshotLayout readLayout(ChunkBuffer edges, int manifestLength, int chunkBytes) {
        long fileLength = file.length();
        long position = Math.max(0, fileLength - SealedChunk.TRAILER_LENGTH);
        SealedChunk trailer = file.read(edges, position, SealedChunk.TRAILER_LENGTH);
        file.check(trailer.isTrailer() ? SnapshotDefect.NONE : SnapshotDefect.NOT_A_CHUNK, position);
        SnapshotLayout found = new SnapshotLayout(manifestLength, chunkBytes, trailer.tally());
        boolean addsUp = found.isPossible()
                && found.trailerNumber() == trailer.number()
                && found.totalBytes() == trailer.totalBytes()
                && found.totalBytes() == fileLength;
        file.check(addsUp ? SnapshotDefect.NONE : SnapshotDefect.WRONG_TOTALS, position);
        crcBeforeTrailer = trailer.previousCrc();
        return found;
    }

    SnapshotManifest manifest() {
        return manifest;
    }

    SnapshotLayout layout() {
        return layout;
    }

    /** @return where {@link #read} puts chunks */
    ChunkBuffer buffer() {
        return buffer;
    }

    /**
     * Reads a chunk and checks it, its place and its link to the chunk before it.
     *
     * @return a look at it in {@link #buffer}, until the next call
     */
    SealedChunk read(int number) {
        long position = layout.offsetOf(number);
        try {
            int previousCrc = crcBefore(number);
            SealedChunk chunk = file.read(buffer, position, layout.lengthOf(number));
            file.check(defectAt(chunk, number, previousCrc), position);
            lastNumber = number;
            lastCrc = chunk.crc();
            return chunk;
        } catch (StorageException.Damaged damaged) {
            onDamage.accept(damaged);
            throw damaged;
        }
    }

    private int crcBefore(int number) {
        if (number == 0) {
            return 0;
        }
        if (number - 1 == lastNumber) {
            return lastCrc;
        }
        file.readRaw(buffer, layout.offsetOf(number - 1), Envelope.BLOCK_OFFSET);
        return Envelope.crc(buffer.view(), 0);
    }

    private SnapshotDefect defectAt(SealedChunk chunk, int number, int previousCrc) {
        if (chunk.snapshotIndex() != manifest.last().index()) {
            return SnapshotDefect.OTHER_SNAPSHOT;
        }
        if (chunk.number() != number) {
            return SnapshotDefect.WRONG_NUMBER;
        }
        boolean isOfItsKind = chunk.isManifest() == (number == 0)
                && chunk.isTrailer() == (number == layout.trailerNumber())
                && chunk.section() == layout.sectionOf(number);
        if (!isOfItsKind) {
            return SnapshotDefect.BAD_SECTION;
        }
        // A last chunk that the trailer was not made for is found before any of it is handed out, not after.
        boolean chains = chunk.previousCrc() == previousCrc
                && (number != layout.trailerNumber() - 1 || chunk.crc() == crcBeforeTrailer);
        return chains ? SnapshotDefect.NONE : SnapshotDefect.BROKEN_CHAIN;
    }

    @Override
    public void close() {
        CloseHelper.closeAll(file, buffer);
    }
}
