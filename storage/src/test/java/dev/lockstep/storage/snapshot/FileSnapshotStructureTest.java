package dev.lockstep.storage.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.frame.Checksum;
import dev.lockstep.storage.frame.Envelope;
import dev.lockstep.storage.sbe.SnapshotTrailerDecoder;
import dev.lockstep.storage.sbe.SnapshotTrailerEncoder;
import dev.lockstep.storage.testing.UnforcedDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file whose parts are sealed, but do not make one snapshot, is not opened. */
class FileSnapshotStructureTest {
    private static final Sample SAMPLE = Sample.at(20);

    @TempDir
    private Path directory;

    private byte[] sound;

    @BeforeEach
    void publishOne() throws IOException {
        sound = bytesOf(SAMPLE, directory);
    }

    private static byte[] bytesOf(Sample sample, Path directory) throws IOException {
        SnapshotSettings settings = SnapshotSettings.of(ClusterId.UNBORN, damaged -> {
            throw damaged;
        });
        try (SnapshotStore store =
                FileSnapshotStore.open(new UnforcedDisk(), directory, settings.withChunkBytes(Sample.CHUNK_BYTES))) {
            sample.publishTo(store);
        }
        return Files.readAllBytes(file(directory));
    }

    private static Path file(Path directory) {
        return directory.resolve("snapshot-0000000000000000020.snap");
    }

    private void assertIsDamaged(byte[] content, String what) throws IOException {
        Path file = directory.resolve("changed");
        Files.write(file, content);
        assertThatThrownBy(() -> SnapshotFile.open(file, 20))
                .isInstanceOf(StorageException.Damaged.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(what);
    }

    private byte[] withTrailer(Consumer<SnapshotTrailerEncoder> forgery) {
        byte[] content = sound.clone();
        int offset = content.length - SealedChunk.TRAILER_LENGTH;
        UnsafeBuffer trailer = new UnsafeBuffer(content, offset, SealedChunk.TRAILER_LENGTH);
        forgery.accept(new SnapshotTrailerEncoder().wrap(trailer, Envelope.BLOCK_OFFSET));
        Envelope.seal(new Checksum(), trailer, 0, SealedChunk.TRAILER_LENGTH);
        return content;
    }

    @Test
    void whatWasWrittenIsOpened() {
        try (SnapshotFile file = SnapshotFile.open(file(directory), 20)) {
            assertThat(file.manifest()).isEqualTo(SAMPLE.manifest());
            assertThat(file.layout().totalBytes()).isEqualTo(sound.length);
        }
    }

    @Test
    void aTrailerThatDoesNotAddUpIsRefused() throws IOException {
        assertIsDamaged(withTrailer(trailer -> trailer.totalBytes(sound.length - 1)), "totals");
        assertIsDamaged(withTrailer(trailer -> trailer.link().number(3)), "totals");
        assertIsDamaged(withTrailer(trailer -> trailer.state().chunks(7)), "totals");
        assertIsDamaged(withTrailer(trailer -> trailer.state().sealedBytes(7)), "totals");
    }

    @Test
    void aTrailerWithTheRightSumOfWrongPartsIsRefused() throws IOException {
        SectionTally tally;
        try (SnapshotFile file = SnapshotFile.open(file(directory), 20)) {
            tally = tallyOf(sound);
            assertThat(file.layout().trailerNumber())
                    .isEqualTo(1
                            + tally.chunks(SnapshotSection.SESSIONS)
                            + tally.chunks(SnapshotSection.TIMERS)
                            + tally.chunks(SnapshotSection.STATE));
        }
        int timers = tally.chunks(SnapshotSection.TIMERS);
        int state = tally.chunks(SnapshotSection.STATE);
        assertIsDamaged(
                withTrailer(trailer -> {
                    trailer.timers().chunks(timers + 1);
                    trailer.state().chunks(state - 1);
                }),
                "totals");
        assertIsDamaged(
                withTrailer(trailer -> {
                    trailer.timers().chunks(timers + state + 1);
                    trailer.state().chunks(-1);
                }),
                "totals");
    }

    private static SectionTally tallyOf(byte[] content) {
        int offset = content.length - SealedChunk.TRAILER_LENGTH;
        UnsafeBuffer trailer = new UnsafeBuffer(content, offset, SealedChunk.TRAILER_LENGTH);
        return SectionTally.readFrom(new SnapshotTrailerDecoder()
                .wrap(
                        trailer,
                        Envelope.BLOCK_OFFSET,
                        SnapshotTrailerDecoder.BLOCK_LENGTH,
                        SnapshotTrailerDecoder.SCHEMA_VERSION));
    }

    @Test
    void aFileThatIsLongerThanItsTrailerSaysIsRefused() throws IOException {
        byte[] longer = Arrays.copyOf(sound, sound.length + 64);
        int offset = sound.length - SealedChunk.TRAILER_LENGTH;
        System.arraycopy(sound, offset, longer, offset + 64, SealedChunk.TRAILER_LENGTH);
        assertIsDamaged(longer, "totals");
    }

    @Test
    void anEmptySnapshotWithTheTrailerOfAnotherIsRefused(@TempDir Path elsewhere) throws IOException {
        SnapshotManifest one = SAMPLE.manifest();
        SnapshotManifest other =
                new SnapshotManifest(one.last(), one.cluster(), one.epoch(), 4, one.clusterTimeNs(), one.config());
        byte[] empty = bytesOf(new Sample(one, 0, 0, 0), elsewhere.resolve("one"));
        byte[] otherEmpty = bytesOf(new Sample(other, 0, 0, 0), elsewhere.resolve("other"));
        int offset = empty.length - SealedChunk.TRAILER_LENGTH;
        System.arraycopy(otherEmpty, offset, empty, offset, SealedChunk.TRAILER_LENGTH);
        assertIsDamaged(empty, "made to follow another one");
    }

    @Test
    void aRecordOfAnotherKindInPlaceOfTheManifestIsRefused() throws IOException {
        try (SnapshotFile file = SnapshotFile.open(file(directory), 20)) {
            int first = (int) file.layout().offsetOf(1);
            assertIsDamaged(Arrays.copyOfRange(sound, first, sound.length), "not the chunk that belongs there");
        }
    }

    @Test
    void aFileUnderTheNameOfAnotherIsRefused() {
        assertThatThrownBy(() -> SnapshotFile.open(file(directory), 30))
                .isInstanceOf(StorageException.Damaged.class)
                .hasMessageContaining("another snapshot");
    }
}
