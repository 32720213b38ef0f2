package dev.lockstep.transport.link;

import dev.lockstep.transport.Claim;
import dev.lockstep.transport.SendResult;
import dev.lockstep.transport.Stream;
import dev.lockstep.transport.sbe.MessageHeaderEncoder;
import dev.lockstep.transport.sbe.PieceEncoder;
import org.agrona.DirectBuffer;

/**
 * Sends a message that is too long to be sent whole, piece by piece, as the peer takes them. The bytes stay where they
 * are: it remembers how far it has come, and goes on when the same message is offered again. Owned by the transport's
 * thread.
 */
final class PieceSender {
    static final int HEADER_LENGTH = MessageHeaderEncoder.ENCODED_LENGTH + PieceEncoder.BLOCK_LENGTH;

    private final Outbound outbound;
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final PieceEncoder piece = new PieceEncoder();
    private int message;
    private DirectBuffer underWay;
    private int underWayOffset;
    private int underWayLength;
    private int sent;

    PieceSender(Outbound outbound) {
        this.outbound = outbound;
    }

    /** @return the position of the last piece; or why not all is out yet */
    @SuppressWarnings("ReferenceEquality") // the same buffer, not one that holds the same
    long offer(DirectBuffer buffer, int offset, int length, long life, Claim claim, int maxClaimBytes) {
        if (underWay != buffer || underWayOffset != offset || underWayLength != length) {
            message++;
            underWay = buffer;
            underWayOffset = offset;
            underWayLength = length;
            sent = 0;
        }
        long tag = Tag.of(life, Tag.PIECE);
        long position = SendResult.BACK_PRESSURED;
        while (sent < length) {
            int bytes = Math.min(length - sent, maxClaimBytes - HEADER_LENGTH);
            position = outbound.claim(Stream.BULK, HEADER_LENGTH + bytes, tag, claim);
            if (position < 0) {
                return position;
            }
            fill(claim, buffer, offset, length, bytes);
            claim.commit();
            sent += bytes;
        }
        reset();
        return position;
    }

    private void fill(Claim claim, DirectBuffer buffer, int offset, int length, int bytes) {
        piece.wrapAndApplyHeader(claim.buffer(), claim.offset(), header)
                .message(message)
                .totalBytes(length)
                .offsetBytes(sent);
        claim.buffer().putBytes(claim.offset() + HEADER_LENGTH, buffer, offset + sent, bytes);
    }

    /** Gives up the message that is under way. */
    void reset() {
        underWay = null;
        sent = 0;
    }
}
