package dev.lockstep.storage.snapshot;

/**
 * Where each chunk of a snapshot lies. All chunks of a section are full except its last one, so that nothing needs to be
 * searched for. Immutable once made.
 */
final class SnapshotLayout {
    private static final SnapshotSection[] SECTIONS = SnapshotSection.values();

    private final int manifestLength;
    private final int chunkBytes;
    private final SectionTally tally;

    SnapshotLayout(int manifestLength, int chunkBytes, SectionTally tally) {
        this.manifestLength = manifestLength;
        this.chunkBytes = chunkBytes;
        this.tally = tally;
    }

    /** @return whether chunks of that length can add up to that tally */
    boolean isPossible() {
        long count = 2;
        for (SnapshotSection section : SECTIONS) {
            long chunks = tally.chunks(section);
            long sealedBytes = tally.sealedBytes(section);
            boolean fits = chunks == 0
                    ? sealedBytes == 0
                    : chunks > 0 && sealedBytes > (chunks - 1) * chunkBytes && sealedBytes <= chunks * chunkBytes;
            if (!fits) {
                return false;
            }
            count += chunks;
        }
        return count <= Integer.MAX_VALUE;
    }

    /** @return the trailer's number: one more for each chunk before it */
    int trailerNumber() {
        int number = 1;
        for (SnapshotSection section : SECTIONS) {
            number += tally.chunks(section);
        }
        return number;
    }

    /** @return the whole file's length */
    long totalBytes() {
        return offsetOf(trailerNumber()) + SealedChunk.TRAILER_LENGTH;
    }

    /** @return the length of the longest chunk */
    int maxChunkLength() {
        return Math.max(Math.max(manifestLength, SealedChunk.TRAILER_LENGTH), chunkBytes);
    }

    /** @return the section of a chunk; null for the manifest and the trailer */
    SnapshotSection sectionOf(int number) {
        int first = 1;
        for (SnapshotSection section : SECTIONS) {
            if (number >= first && number < first + tally.chunks(section)) {
                return section;
            }
            first += tally.chunks(section);
        }
        return null;
    }

    long offsetOf(int number) {
        if (number == 0) {
            return 0;
        }
        long offset = manifestLength;
        int before = number - 1;
        for (SnapshotSection section : SECTIONS) {
            int chunks = tally.chunks(section);
            if (before < chunks) {
                return offset + (long) before * chunkBytes;
            }
            offset += tally.sealedBytes(section);
            before -= chunks;
        }
        return offset;
    }

    int lengthOf(int number) {
        if (number == 0) {
            return manifestLength;
        }
        return number == trailerNumber() ? SealedChunk.TRAILER_LENGTH : (int) (offsetOf(number + 1) - offsetOf(number));
    }
}
