package dev.lockstep.storage.journal;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.frame.Checksum;
import dev.lockstep.storage.frame.Envelope;
import dev.lockstep.storage.frame.FrameDefect;
import dev.lockstep.storage.sbe.MessageHeaderDecoder;
import dev.lockstep.storage.sbe.MessageHeaderEncoder;
import dev.lockstep.storage.sbe.SegmentHeaderDecoder;
import dev.lockstep.storage.sbe.SegmentHeaderEncoder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The first record of a segment: whose it is, which it is, and what it follows. Its room is laid out when the segment
 * is prepared and filled when the segment comes into use, so an all-zero header means "prepared, never used".
 *
 * @param identity the journal that it belongs to
 * @param number its number, never used twice
 * @param predecessor the number of the newest segment when it came into use; zero if it is the first
 * @param base the frame before its first one
 * @param origin why it begins there
 * @param preallocatedBytes the bytes that were filled with zeros for it
 */
record SegmentHeader(
        Identity identity, long number, long predecessor, FrameRef base, SegmentOrigin origin, long preallocatedBytes) {

    /** The sealed record. */
    static final int RECORD_LENGTH = Envelope.BLOCK_OFFSET + SegmentHeaderEncoder.BLOCK_LENGTH;
    /** The room of the whole header record: the sealed part, the flush mark, the note of a cut. */
    static final int ROOM = 256;

    /** Lays the sealed record out from the buffer's first byte on. */
    void encode(MutableDirectBuffer buffer, Checksum checksum) {
        new MessageHeaderEncoder()
                .wrap(buffer, Envelope.LENGTH)
                .blockLength(SegmentHeaderEncoder.BLOCK_LENGTH)
                .templateId(SegmentHeaderEncoder.TEMPLATE_ID)
                .schemaId(SegmentHeaderEncoder.SCHEMA_ID)
                .version(SegmentHeaderEncoder.SCHEMA_VERSION);
        new SegmentHeaderEncoder()
                .wrap(buffer, Envelope.BLOCK_OFFSET)
                .identity(identity.value())
                .number(number)
                .predecessor(predecessor)
                .baseIndex(base.index())
                .baseTerm(base.term())
                .baseCrc(base.crc())
                .origin(origin.code())
                .preallocatedBytes(preallocatedBytes);
        Envelope.seal(checksum, buffer, 0, RECORD_LENGTH);
    }

    /** @return the header at an offset, or null if no sound one is there */
    static SegmentHeader decode(DirectBuffer buffer, int offset, Checksum checksum) {
        if (Envelope.check(checksum, buffer, offset, ROOM) != FrameDefect.NONE) {
            return null;
        }
        MessageHeaderDecoder messageHeader = new MessageHeaderDecoder().wrap(buffer, offset + Envelope.LENGTH);
        if (!Envelope.isOf(messageHeader, SegmentHeaderDecoder.SCHEMA_ID, SegmentHeaderDecoder.TEMPLATE_ID)) {
            return null;
        }
        SegmentHeaderDecoder block = new SegmentHeaderDecoder()
                .wrap(buffer, offset + Envelope.BLOCK_OFFSET, messageHeader.blockLength(), messageHeader.version());
        SegmentOrigin origin = SegmentOrigin.of(block.origin());
        if (origin == null) {
            return null;
        }
        FrameRef base = new FrameRef(block.baseIndex(), block.baseTerm(), block.baseCrc());
        return new SegmentHeader(
                new Identity(block.identity()),
                block.number(),
                block.predecessor(),
                base,
                origin,
                block.preallocatedBytes());
    }
}
