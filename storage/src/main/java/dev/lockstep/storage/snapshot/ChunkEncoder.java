package dev.lockstep.storage.snapshot;

import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.frame.Checksum;
import dev.lockstep.storage.frame.Envelope;
import dev.lockstep.storage.sbe.MessageHeaderEncoder;
import dev.lockstep.storage.sbe.SnapshotChunkEncoder;
import dev.lockstep.storage.sbe.SnapshotHeadEncoder;
import dev.lockstep.storage.sbe.SnapshotTrailerEncoder;
import java.nio.ByteBuffer;
import org.agrona.DirectBuffer;

/**
 * Lays out and seals one snapshot's chunks, one after another, in a buffer of its own. Each carries the checksum of the
 * one before it. Owned by the thread that writes the snapshot.
 */
final class ChunkEncoder implements AutoCloseable {
    private final SnapshotManifest manifest;
    private final int chunkBytes;
    private final ChunkBuffer buffer;
    private final Checksum checksum = new Checksum();
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final SnapshotHeadEncoder head = new SnapshotHeadEncoder();
    private final SnapshotChunkEncoder chunk = new SnapshotChunkEncoder();
    private final SnapshotTrailerEncoder trailer = new SnapshotTrailerEncoder();
    private final SectionTally tally = new SectionTally();
    private int nextNumber;
    private int previousCrc;
    private long sealedBytes;
    private int payloadBytes;

    ChunkEncoder(SnapshotManifest manifest, int chunkBytes) {
        this.manifest = manifest;
        this.chunkBytes = chunkBytes;
        int manifestLength = manifestLength();
        this.buffer = new ChunkBuffer(Math.max(chunkBytes, manifestLength));
    }

    private int manifestLength() {
        return Envelope.BLOCK_OFFSET
                + SnapshotHeadEncoder.BLOCK_LENGTH
                + manifest.config().capacity();
    }

    /** @return the first chunk */
    ByteBuffer sealManifest() {
        Invariant.check(nextNumber == 0, "a snapshot's manifest was written twice");
        putHeader(SnapshotHeadEncoder.BLOCK_LENGTH, SnapshotHeadEncoder.TEMPLATE_ID);
        head.wrap(buffer.view(), Envelope.BLOCK_OFFSET)
                .index(manifest.last().index())
                .term(manifest.last().term())
                .crc(manifest.last().crc())
                .stateMachineVersion(manifest.stateMachineVersion())
                .clusterId(manifest.cluster().value())
                .epoch(manifest.epoch())
                .clusterTimeNs(manifest.clusterTimeNs())
                .chunkBytes(chunkBytes);
        DirectBuffer config = manifest.config();
        int configOffset = Envelope.BLOCK_OFFSET + SnapshotHeadEncoder.BLOCK_LENGTH;
        buffer.view().putBytes(configOffset, config, 0, config.capacity());
        return seal(manifestLength());
    }

    /** @return how many of the bytes the current chunk took */
    int fill(DirectBuffer source, int offset, int length) {
        int taken = Math.min(length, chunkBytes - SealedChunk.CHUNK_HEADER_LENGTH - payloadBytes);
        buffer.view().putBytes(SealedChunk.CHUNK_HEADER_LENGTH + payloadBytes, source, offset, taken);
        payloadBytes += taken;
        return taken;
    }

    boolean isEmpty() {
        return payloadBytes == 0;
    }

    boolean isFull() {
        return SealedChunk.CHUNK_HEADER_LENGTH + payloadBytes == chunkBytes;
    }

    /** @return the current chunk; the next one is empty */
    ByteBuffer sealChunk(SnapshotSection section) {
        Invariant.check(payloadBytes > 0, "an empty chunk was sealed");
        int length = SealedChunk.CHUNK_HEADER_LENGTH + payloadBytes;
        putHeader(SnapshotChunkEncoder.BLOCK_LENGTH, SnapshotChunkEncoder.TEMPLATE_ID);
        chunk.wrap(buffer.view(), Envelope.BLOCK_OFFSET)
                .section(section.code())
                .link()
                .snapshotIndex(manifest.last().index())
                .number(nextNumber)
                .previousCrc(previousCrc);
        tally.add(section, length);
        payloadBytes = 0;
        return seal(length);
    }

    /** @return the last chunk */
    ByteBuffer sealTrailer() {
        Invariant.check(payloadBytes == 0, "a trailer was written before the chunk in front of it");
        buffer.view().setMemory(0, SealedChunk.TRAILER_LENGTH, (byte) 0);
        putHeader(SnapshotTrailerEncoder.BLOCK_LENGTH, SnapshotTrailerEncoder.TEMPLATE_ID);
        trailer.wrap(buffer.view(), Envelope.BLOCK_OFFSET).totalBytes(sealedBytes + SealedChunk.TRAILER_LENGTH);
        trailer.link().snapshotIndex(manifest.last().index()).number(nextNumber).previousCrc(previousCrc);
        tally.writeTo(trailer);
        return seal(SealedChunk.TRAILER_LENGTH);
    }

    private void putHeader(int blockLength, int templateId) {
        header.wrap(buffer.view(), Envelope.LENGTH)
                .blockLength(blockLength)
                .templateId(templateId)
                .schemaId(SnapshotChunkEncoder.SCHEMA_ID)
                .version(SnapshotChunkEncoder.SCHEMA_VERSION);
    }

    private ByteBuffer seal(int length) {
        previousCrc = Envelope.seal(checksum, buffer.view(), 0, length);
        nextNumber = Math.incrementExact(nextNumber);
        sealedBytes += length;
        return buffer.first(length);
    }

    @Override
    public void close() {
        checksum.forget();
        buffer.close();
    }
}
