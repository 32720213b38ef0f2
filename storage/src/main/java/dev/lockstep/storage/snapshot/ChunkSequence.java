package dev.lockstep.storage.snapshot;

/**
 * Says whether a sound chunk is the next one of a snapshot that arrives from the first chunk to the last. Owned by one
 * thread.
 */
final class ChunkSequence {
    private long snapshotIndex;
    private int chunkBytes;
    private int nextNumber;
    private int previousCrc;
    private long sealedBytes;
    private SnapshotSection section = SnapshotSection.SESSIONS;
    private boolean sectionMayGoOn = true;
    private final SectionTally tally = new SectionTally();

    int nextNumber() {
        return nextNumber;
    }

    /** @return {@link SnapshotDefect#NONE}, or why the chunk is not the next one */
    SnapshotDefect check(SealedChunk chunk) {
        if (nextNumber > 0 && chunk.snapshotIndex() != snapshotIndex) {
            return SnapshotDefect.OTHER_SNAPSHOT;
        }
        if (chunk.number() != nextNumber) {
            return SnapshotDefect.WRONG_NUMBER;
        }
        if (nextNumber == 0) {
            return chunk.isManifest() ? SnapshotDefect.NONE : SnapshotDefect.NOT_A_CHUNK;
        }
        if (chunk.previousCrc() != previousCrc) {
            return SnapshotDefect.BROKEN_CHAIN;
        }
        return chunk.isTrailer() ? checkTrailer(chunk) : checkSection(chunk);
    }

    private SnapshotDefect checkTrailer(SealedChunk chunk) {
        boolean addsUp = chunk.totalBytes() == sealedBytes + chunk.length()
                && chunk.tally().sameAs(tally);
        return addsUp ? SnapshotDefect.NONE : SnapshotDefect.WRONG_TOTALS;
    }

    private SnapshotDefect checkSection(SealedChunk chunk) {
        if (chunk.length() > chunkBytes) {
            return SnapshotDefect.BAD_LENGTH;
        }
        int step = chunk.section().compareTo(section);
        return step > 0 || (step == 0 && sectionMayGoOn) ? SnapshotDefect.NONE : SnapshotDefect.BAD_SECTION;
    }

    /** Moves behind a chunk that {@link #check} found to be the next one. */
    void advance(SealedChunk chunk) {
        if (chunk.isManifest()) {
            snapshotIndex = chunk.snapshotIndex();
            chunkBytes = chunk.chunkBytes();
        } else if (!chunk.isTrailer()) {
            section = chunk.section();
            sectionMayGoOn = chunk.length() == chunkBytes;
            tally.add(section, chunk.length());
        }
        previousCrc = chunk.crc();
        sealedBytes += chunk.length();
        nextNumber = Math.incrementExact(nextNumber);
    }
}
