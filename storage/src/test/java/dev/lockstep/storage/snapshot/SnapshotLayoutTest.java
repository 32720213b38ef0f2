package dev.lockstep.storage.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SnapshotLayoutTest {
    private static final int CHUNK_BYTES = 4_096;
    private static final int MANIFEST_LENGTH = 70;

    private final SectionTally tally = new SectionTally();

    private SnapshotLayout layout() {
        return new SnapshotLayout(MANIFEST_LENGTH, CHUNK_BYTES, tally);
    }

    @Test
    void anEmptySnapshotIsAManifestAndATrailer() {
        assertThat(layout().isPossible()).isTrue();
        assertThat(layout().trailerNumber()).isEqualTo(1);
        assertThat(layout().offsetOf(1)).isEqualTo(MANIFEST_LENGTH);
        assertThat(layout().totalBytes()).isEqualTo(MANIFEST_LENGTH + 128);
    }

    @Test
    void eachChunkLiesBehindTheOneBeforeIt() {
        tally.add(SnapshotSection.SESSIONS, CHUNK_BYTES);
        tally.add(SnapshotSection.SESSIONS, 100);
        tally.add(SnapshotSection.STATE, CHUNK_BYTES);
        tally.add(SnapshotSection.STATE, 50);
        SnapshotLayout layout = layout();
        assertThat(layout.isPossible()).isTrue();
        assertThat(layout.trailerNumber()).isEqualTo(5);
        int[] lengths = {MANIFEST_LENGTH, CHUNK_BYTES, 100, CHUNK_BYTES, 50, 128};
        SnapshotSection[] sections = {
            null, SnapshotSection.SESSIONS, SnapshotSection.SESSIONS, SnapshotSection.STATE, SnapshotSection.STATE, null
        };
        long offset = 0;
        for (int number = 0; number < lengths.length; number++) {
            assertThat(layout.offsetOf(number)).isEqualTo(offset);
            assertThat(layout.lengthOf(number)).isEqualTo(lengths[number]);
            assertThat(layout.sectionOf(number)).isEqualTo(sections[number]);
            offset += lengths[number];
        }
        assertThat(layout.totalBytes()).isEqualTo(offset);
    }

    @Test
    void bytesThatCannotBeThatManyChunksAreImpossible() {
        tally.add(SnapshotSection.TIMERS, CHUNK_BYTES + 1);
        assertThat(layout().isPossible()).as("more than the chunk can hold").isFalse();
        tally.add(SnapshotSection.TIMERS, -1);
        assertThat(layout().isPossible()).as("the last of two chunks is empty").isFalse();
        tally.add(SnapshotSection.TIMERS, 4_097);
        assertThat(layout().isPossible()).as("three chunks, two of them full").isTrue();
    }

    @Test
    void aSnapshotOfManyGigabytesIsAddressed() {
        long gigabytes = 0;
        for (int number = 0; number < 3_000_000; number++) {
            tally.add(SnapshotSection.STATE, CHUNK_BYTES);
            gigabytes += CHUNK_BYTES;
        }
        assertThat(layout().offsetOf(3_000_001)).isEqualTo(MANIFEST_LENGTH + gigabytes);
        assertThat(layout().lengthOf(3_000_000)).isEqualTo(CHUNK_BYTES);
    }
}
