package dev.lockstep.storage.snapshot;

import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.frame.Checksum;
import dev.lockstep.storage.frame.Envelope;
import dev.lockstep.storage.sbe.ChunkLinkDecoder;
import dev.lockstep.storage.sbe.MessageHeaderDecoder;
import dev.lockstep.storage.sbe.SnapshotChunkDecoder;
import dev.lockstep.storage.sbe.SnapshotHeadDecoder;
import dev.lockstep.storage.sbe.SnapshotTrailerDecoder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads one sealed chunk where it lies: a manifest, a run of a section, or a trailer. Owned by one thread; nothing may
 * be asked of it unless {@link #verify} found nothing wrong, and only as long as the memory under it is valid.
 */
final class SealedChunk {
    /** Every version's trailer has this length, so that it is found from the end of the file. */
    static final int TRAILER_LENGTH = 128;
    /** Bytes before the payload of a section's chunk, in one made by this version. */
    static final int CHUNK_HEADER_LENGTH = Envelope.BLOCK_OFFSET + SnapshotChunkDecoder.BLOCK_LENGTH;
    /** The longest manifest; leaves room for fields of later versions. */
    static final int MAX_MANIFEST_LENGTH = 1024 + SnapshotManifest.MAX_CONFIG_BYTES;

    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final SnapshotHeadDecoder head = new SnapshotHeadDecoder();
    private final SnapshotChunkDecoder chunk = new SnapshotChunkDecoder();
    private final SnapshotTrailerDecoder trailer = new SnapshotTrailerDecoder();
    private DirectBuffer buffer;
    private int offset;
    private int length;
    private int payloadOffset;
    private int templateId;
    private long snapshotIndex;
    private int number;
    private int previousCrc;
    private SnapshotSection section;

    /**
     * The one check of a chunk's own soundness. On success this flyweight looks at the chunk.
     *
     * @param chunkLength the length that it must have
     * @return {@link SnapshotDefect#NONE}, or what is wrong
     */
    SnapshotDefect verify(Checksum checksum, DirectBuffer chunkBuffer, int chunkOffset, int chunkLength) {
        SnapshotDefect defect = SnapshotDefect.of(Envelope.check(checksum, chunkBuffer, chunkOffset, chunkLength));
        if (defect != SnapshotDefect.NONE) {
            return defect;
        }
        if (Envelope.length(chunkBuffer, chunkOffset) != chunkLength) {
            return SnapshotDefect.BAD_LENGTH;
        }
        buffer = chunkBuffer;
        offset = chunkOffset;
        length = chunkLength;
        header.wrap(chunkBuffer, chunkOffset + Envelope.LENGTH);
        templateId = header.templateId();
        payloadOffset = chunkOffset + Envelope.BLOCK_OFFSET + header.blockLength();
        if (header.schemaId() != SnapshotChunkDecoder.SCHEMA_ID) {
            return SnapshotDefect.NOT_A_CHUNK;
        }
        if (payloadOffset > chunkOffset + chunkLength) {
            return SnapshotDefect.BAD_LENGTH;
        }
        return switch (templateId) {
            case SnapshotHeadDecoder.TEMPLATE_ID -> verifyManifest();
            case SnapshotChunkDecoder.TEMPLATE_ID -> verifySection();
            case SnapshotTrailerDecoder.TEMPLATE_ID -> verifyTrailer();
            default -> SnapshotDefect.NOT_A_CHUNK;
        };
    }

    private SnapshotDefect verifyManifest() {
        if (header.blockLength() < SnapshotHeadDecoder.BLOCK_LENGTH) {
            return SnapshotDefect.UNKNOWN_VERSION;
        }
        head.wrap(buffer, blockOffset(), header.blockLength(), header.version());
        boolean possible = head.index() >= 1
                && head.term() >= 1
                && head.clusterId() != 0
                && head.epoch() >= 0
                && SnapshotSettings.isChunkBytes(head.chunkBytes())
                && payloadLength() <= SnapshotManifest.MAX_CONFIG_BYTES;
        if (!possible) {
            return SnapshotDefect.BAD_MANIFEST;
        }
        snapshotIndex = head.index();
        number = 0;
        previousCrc = 0;
        section = null;
        return SnapshotDefect.NONE;
    }

    private SnapshotDefect verifySection() {
        if (header.blockLength() < SnapshotChunkDecoder.BLOCK_LENGTH) {
            return SnapshotDefect.UNKNOWN_VERSION;
        }
        chunk.wrap(buffer, blockOffset(), header.blockLength(), header.version());
        takeLink(chunk.link());
        section = SnapshotSection.of(chunk.section());
        if (section == null || number < 1) {
            return SnapshotDefect.BAD_SECTION;
        }
        return payloadLength() > 0 ? SnapshotDefect.NONE : SnapshotDefect.BAD_LENGTH;
    }

    private SnapshotDefect verifyTrailer() {
        if (header.blockLength() < SnapshotTrailerDecoder.BLOCK_LENGTH) {
            return SnapshotDefect.UNKNOWN_VERSION;
        }
        trailer.wrap(buffer, blockOffset(), header.blockLength(), header.version());
        takeLink(trailer.link());
        section = null;
        return length == TRAILER_LENGTH ? SnapshotDefect.NONE : SnapshotDefect.BAD_LENGTH;
    }

    private void takeLink(ChunkLinkDecoder link) {
        snapshotIndex = link.snapshotIndex();
        number = link.number();
        previousCrc = link.previousCrc();
    }

    private int blockOffset() {
        return offset + Envelope.BLOCK_OFFSET;
    }

    boolean isManifest() {
        return templateId == SnapshotHeadDecoder.TEMPLATE_ID;
    }

    boolean isTrailer() {
        return templateId == SnapshotTrailerDecoder.TEMPLATE_ID;
    }

    /** @return the index of the snapshot that it is of */
    long snapshotIndex() {
        return snapshotIndex;
    }

    int number() {
        return number;
    }

    /** @return the checksum of the chunk that it follows; zero for a manifest */
    int previousCrc() {
        return previousCrc;
    }

    int crc() {
        return Envelope.crc(buffer, offset);
    }

    int length() {
        return length;
    }

    /** @return its section; null for the manifest and the trailer */
    SnapshotSection section() {
        return section;
    }

    int payloadOffset() {
        return payloadOffset;
    }

    int payloadLength() {
        return offset + length - payloadOffset;
    }

    /** @return the manifest that it is; allocates */
    SnapshotManifest manifest() {
        return new SnapshotManifest(
                new FrameRef(head.index(), head.term(), head.crc()),
                new ClusterId(head.clusterId()),
                head.epoch(),
                head.stateMachineVersion(),
                head.clusterTimeNs(),
                new UnsafeBuffer(buffer, payloadOffset, payloadLength()));
    }

    /** @return the longest chunk of the snapshot whose manifest it is */
    int chunkBytes() {
        return head.chunkBytes();
    }

    /** @return the tally of the snapshot whose trailer it is; allocates */
    SectionTally tally() {
        return SectionTally.readFrom(trailer);
    }

    /** @return the file length of the snapshot whose trailer it is */
    long totalBytes() {
        return trailer.totalBytes();
    }
}
