package dev.lockstep.storage.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.storage.frame.Checksum;
import dev.lockstep.storage.frame.Envelope;
import dev.lockstep.storage.sbe.SnapshotHeadEncoder;
import dev.lockstep.storage.sbe.SnapshotTrailerEncoder;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Chunks that are sealed and chained, but make no snapshot: a peer's mistake must not become ours. */
class ChunkSequenceTest {
    private final Checksum checksum = new Checksum();
    private final SealedChunk chunk = new SealedChunk();
    private final ChunkSequence sequence = new ChunkSequence();
    private final UnsafeBuffer content = new UnsafeBuffer(new byte[SnapshotSettings.MIN_CHUNK_BYTES]);
    private ChunkEncoder encoder;

    @BeforeEach
    void startWithTheManifest() {
        encoder = new ChunkEncoder(Sample.manifestAt(10), SnapshotSettings.MIN_CHUNK_BYTES);
        assertThat(next(encoder.sealManifest())).isEqualTo(SnapshotDefect.NONE);
    }

    @AfterEach
    void freeMemory() {
        encoder.close();
    }

    private SnapshotDefect next(ByteBuffer sealed) {
        return next(view(sealed));
    }

    private static UnsafeBuffer view(ByteBuffer sealed) {
        return new UnsafeBuffer(sealed, 0, sealed.limit());
    }

    private SnapshotDefect next(UnsafeBuffer sealed) {
        SnapshotDefect defect = chunk.verify(checksum, sealed, 0, sealed.capacity());
        if (defect == SnapshotDefect.NONE) {
            defect = sequence.check(chunk);
        }
        if (defect == SnapshotDefect.NONE) {
            sequence.advance(chunk);
        }
        return defect;
    }

    private SnapshotDefect nextOf(SnapshotSection section, int bytes) {
        encoder.fill(content, 0, bytes); // takes less if the chunk is full before
        return next(encoder.sealChunk(section));
    }

    @Test
    void sectionsThatGoOnBehindFullChunksOnlyAreTaken() {
        assertThat(nextOf(SnapshotSection.SESSIONS, content.capacity())).isEqualTo(SnapshotDefect.NONE);
        assertThat(nextOf(SnapshotSection.SESSIONS, 10)).isEqualTo(SnapshotDefect.NONE);
        assertThat(nextOf(SnapshotSection.STATE, 10)).isEqualTo(SnapshotDefect.NONE);
        assertThat(next(encoder.sealTrailer())).isEqualTo(SnapshotDefect.NONE);
    }

    @Test
    void aSectionDoesNotGoOnBehindAChunkThatIsNotFull() {
        nextOf(SnapshotSection.TIMERS, 10);
        assertThat(nextOf(SnapshotSection.TIMERS, 10)).isEqualTo(SnapshotDefect.BAD_SECTION);
    }

    @Test
    void sectionsDoNotGoBack() {
        nextOf(SnapshotSection.TIMERS, 10);
        assertThat(nextOf(SnapshotSection.SESSIONS, 10)).isEqualTo(SnapshotDefect.BAD_SECTION);
    }

    @Test
    void aTrailerMustSayWhatCame() {
        nextOf(SnapshotSection.STATE, 10);
        UnsafeBuffer trailer = view(encoder.sealTrailer());
        assertRefused(trailer, forged -> forged.totalBytes(4_711));
        assertRefused(trailer, forged -> forged.state().chunks(2));
        assertRefused(trailer, forged -> forged.timers().sealedBytes(1));
        assertThat(next(trailer)).isEqualTo(SnapshotDefect.NONE);
    }

    private void assertRefused(UnsafeBuffer trailer, Consumer<SnapshotTrailerEncoder> forgery) {
        UnsafeBuffer copy = new UnsafeBuffer(new byte[trailer.capacity()]);
        copy.putBytes(0, trailer, 0, trailer.capacity());
        forgery.accept(new SnapshotTrailerEncoder().wrap(copy, Envelope.BLOCK_OFFSET));
        Envelope.seal(checksum, copy, 0, copy.capacity());
        assertThat(next(copy)).isEqualTo(SnapshotDefect.WRONG_TOTALS);
    }

    @Test
    void aManifestThatNoSnapshotCanHaveIsRefused() {
        assertRefusedManifest(head -> head.index(0));
        assertRefusedManifest(head -> head.term(0));
        assertRefusedManifest(head -> head.clusterId(0));
        assertRefusedManifest(head -> head.epoch(-1));
        assertRefusedManifest(head -> head.chunkBytes(SnapshotSettings.MAX_CHUNK_BYTES + 1));
        assertRefusedManifest(head -> head.chunkBytes(SnapshotSettings.MIN_CHUNK_BYTES - 1));
    }

    private void assertRefusedManifest(Consumer<SnapshotHeadEncoder> forgery) {
        try (ChunkEncoder fresh = new ChunkEncoder(Sample.manifestAt(10), SnapshotSettings.MIN_CHUNK_BYTES)) {
            UnsafeBuffer manifest = view(fresh.sealManifest());
            forgery.accept(new SnapshotHeadEncoder().wrap(manifest, Envelope.BLOCK_OFFSET));
            Envelope.seal(checksum, manifest, 0, manifest.capacity());
            assertThat(chunk.verify(checksum, manifest, 0, manifest.capacity())).isEqualTo(SnapshotDefect.BAD_MANIFEST);
        }
    }

    @Test
    void aManifestDoesNotComeTwice() {
        try (ChunkEncoder again = new ChunkEncoder(Sample.manifestAt(10), SnapshotSettings.MIN_CHUNK_BYTES)) {
            assertThat(next(again.sealManifest())).isEqualTo(SnapshotDefect.WRONG_NUMBER);
        }
    }
}
