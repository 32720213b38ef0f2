package dev.lockstep.transport.link;

import dev.lockstep.transport.sbe.MessageHeaderDecoder;
import dev.lockstep.transport.sbe.PieceDecoder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Puts pieces together, in room taken once. What does not continue the message under way ends it: a message is whole
 * or it is nothing. Owned by the transport's thread.
 */
final class PieceAssembler {
    /** What came of a piece. */
    enum Result {
        /** There are more to come. */
        PARTIAL,
        /** It was the last one: {@link #buffer} holds the message. */
        WHOLE,
        /** No sender of ours sends that. */
        MALFORMED
    }

    private final UnsafeBuffer buffer;
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final PieceDecoder piece = new PieceDecoder();
    private int message;
    private int total;
    private int filled;

    PieceAssembler(int maxMessageBytes) {
        buffer = new UnsafeBuffer(new byte[maxMessageBytes]);
    }

    Result onPiece(DirectBuffer from, int offset, int length) {
        int bytes = length - PieceSender.HEADER_LENGTH;
        if (bytes <= 0) {
            return malformed();
        }
        header.wrap(from, offset);
        if (header.schemaId() != PieceDecoder.SCHEMA_ID
                || header.templateId() != PieceDecoder.TEMPLATE_ID
                || header.blockLength() != PieceDecoder.BLOCK_LENGTH) {
            return malformed();
        }
        piece.wrap(from, offset + MessageHeaderDecoder.ENCODED_LENGTH, header.blockLength(), header.version());
        int at = piece.offsetBytes();
        if (at == 0) {
            message = piece.message();
            total = piece.totalBytes();
            filled = 0;
        }
        boolean continues = piece.message() == message && piece.totalBytes() == total && at == filled;
        if (!continues || total > buffer.capacity() || bytes > total - filled) {
            return malformed();
        }
        buffer.putBytes(filled, from, offset + PieceSender.HEADER_LENGTH, bytes);
        filled += bytes;
        return filled == total ? Result.WHOLE : Result.PARTIAL;
    }

    private Result malformed() {
        reset();
        return Result.MALFORMED;
    }

    DirectBuffer buffer() {
        return buffer;
    }

    int length() {
        return filled;
    }

    void reset() {
        total = 0;
        filled = 0;
        message = 0;
    }
}
