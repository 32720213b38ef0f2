package dev.lockstep.storage.frame;

import dev.lockstep.storage.sbe.MessageHeaderDecoder;
import dev.lockstep.storage.sbe.MessageHeaderEncoder;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The eight bytes in front of every record on disk: CRC32C of all that follows them up to the record's end, and the
 * record's whole length. Behind them stands the SBE message header.
 */
public final class Envelope {
    /** Bytes in front of the SBE message header. */
    public static final int LENGTH = 8;
    /** Where the SBE block starts. */
    public static final int BLOCK_OFFSET = LENGTH + MessageHeaderEncoder.ENCODED_LENGTH;

    private static final int CRC_OFFSET = 0;
    private static final int LENGTH_OFFSET = 4;
    private static final int SEALED_OFFSET = 4;

    private Envelope() {}

    /**
     * Writes length and checksum; the record is complete afterwards.
     *
     * @param checksum the calling thread's
     * @param buffer where the record is
     * @param offset its first byte
     * @param length its whole length
     * @return the checksum
     */
    public static int seal(Checksum checksum, MutableDirectBuffer buffer, int offset, int length) {
        buffer.putInt(offset + LENGTH_OFFSET, length, ByteOrder.LITTLE_ENDIAN);
        int crc = checksum.compute(buffer, offset + SEALED_OFFSET, length - SEALED_OFFSET);
        buffer.putInt(offset + CRC_OFFSET, crc, ByteOrder.LITTLE_ENDIAN);
        return crc;
    }

    /**
     * @param buffer where the record is
     * @param offset its first byte
     * @return the whole length that the record says it has
     */
    public static int length(DirectBuffer buffer, int offset) {
        return buffer.getInt(offset + LENGTH_OFFSET, ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * @param buffer where the record is
     * @param offset its first byte
     * @return the checksum that the record carries
     */
    public static int crc(DirectBuffer buffer, int offset) {
        return buffer.getInt(offset + CRC_OFFSET, ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Checks length and checksum, nothing else.
     *
     * @param checksum the calling thread's
     * @param buffer where the record should be
     * @param offset its first byte
     * @param available bytes that may be read from there
     * @return {@link FrameDefect#NONE}, or what is wrong
     */
    public static FrameDefect check(Checksum checksum, DirectBuffer buffer, int offset, int available) {
        if (available < BLOCK_OFFSET) {
            return FrameDefect.TRUNCATED;
        }
        int length = length(buffer, offset);
        if (length < BLOCK_OFFSET) {
            return FrameDefect.BAD_LENGTH;
        }
        if (length > available) {
            return FrameDefect.TRUNCATED;
        }
        int expected = checksum.compute(buffer, offset + SEALED_OFFSET, length - SEALED_OFFSET);
        return expected == crc(buffer, offset) ? FrameDefect.NONE : FrameDefect.BAD_CHECKSUM;
    }

    /**
     * @param header positioned on the record's SBE message header
     * @param schemaId the schema that the record should be of
     * @param templateId the message that it should be
     * @return whether it is
     */
    public static boolean isOf(MessageHeaderDecoder header, int schemaId, int templateId) {
        return header.schemaId() == schemaId && header.templateId() == templateId;
    }
}
