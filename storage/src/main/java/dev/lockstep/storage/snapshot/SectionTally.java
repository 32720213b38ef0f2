package dev.lockstep.storage.snapshot;

import dev.lockstep.storage.sbe.SectionExtentDecoder;
import dev.lockstep.storage.sbe.SectionExtentEncoder;
import dev.lockstep.storage.sbe.SnapshotTrailerDecoder;
import dev.lockstep.storage.sbe.SnapshotTrailerEncoder;
import java.util.Arrays;

/** How many chunks, and how many sealed bytes, each section has. Owned by one thread at a time. */
final class SectionTally {
    private static final int CODES = SnapshotSection.STATE.code() + 1;

    private final int[] chunks = new int[CODES]; // by the section's code
    private final long[] sealedBytes = new long[CODES];

    void add(SnapshotSection section, int chunkLength) {
        chunks[section.code()] = Math.incrementExact(chunks[section.code()]);
        sealedBytes[section.code()] += chunkLength;
    }

    int chunks(SnapshotSection section) {
        return chunks[section.code()];
    }

    long sealedBytes(SnapshotSection section) {
        return sealedBytes[section.code()];
    }

    void writeTo(SnapshotTrailerEncoder trailer) {
        write(trailer.sessions(), SnapshotSection.SESSIONS);
        write(trailer.timers(), SnapshotSection.TIMERS);
        write(trailer.state(), SnapshotSection.STATE);
    }

    private void write(SectionExtentEncoder extent, SnapshotSection section) {
        extent.chunks(chunks(section)).sealedBytes(sealedBytes(section));
    }

    static SectionTally readFrom(SnapshotTrailerDecoder trailer) {
        SectionTally tally = new SectionTally();
        tally.read(trailer.sessions(), SnapshotSection.SESSIONS);
        tally.read(trailer.timers(), SnapshotSection.TIMERS);
        tally.read(trailer.state(), SnapshotSection.STATE);
        return tally;
    }

    private void read(SectionExtentDecoder extent, SnapshotSection section) {
        chunks[section.code()] = extent.chunks();
        sealedBytes[section.code()] = extent.sealedBytes();
    }

    boolean sameAs(SectionTally other) {
        return Arrays.equals(chunks, other.chunks) && Arrays.equals(sealedBytes, other.sealedBytes);
    }
}
