package dev.lockstep.storage.ballot;

import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.frame.Checksum;
import dev.lockstep.storage.frame.Envelope;
import dev.lockstep.storage.frame.FrameDefect;
import dev.lockstep.storage.sbe.MessageHeaderDecoder;
import dev.lockstep.storage.sbe.MessageHeaderEncoder;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One kind of record that fills a file of its own: an envelope, a message header, a block of one length. Whatever is not
 * exactly that is damage.
 *
 * @param name what a reader calls it
 * @param templateId which message it is
 * @param blockLength how long its block is
 */
public record RecordKind(String name, int templateId, int blockLength) {
    /** @return how long the record is, with all that stands before its block */
    public int length() {
        return Envelope.BLOCK_OFFSET + blockLength;
    }

    /**
     * @param writer writes the block, at {@link Envelope#BLOCK_OFFSET}
     * @return the sealed record
     */
    public ByteBuffer encode(Consumer<UnsafeBuffer> writer) {
        ByteBuffer bytes = ByteBuffer.allocate(length());
        UnsafeBuffer buffer = new UnsafeBuffer(bytes);
        new MessageHeaderEncoder()
                .wrap(buffer, Envelope.LENGTH)
                .blockLength(blockLength)
                .templateId(templateId)
                .schemaId(MessageHeaderEncoder.SCHEMA_ID)
                .version(MessageHeaderEncoder.SCHEMA_VERSION);
        writer.accept(buffer);
        Envelope.seal(new Checksum(), buffer, 0, length());
        return bytes;
    }

    /**
     * Checks everything but the values in the block.
     *
     * @param bytes all that the file holds
     * @param file where they come from, for the reader
     * @return what is found instead of such a record; empty if nothing is wrong
     * @throws StorageException if a newer version wrote it
     */
    public String defectOf(byte[] bytes, Object file) {
        UnsafeBuffer buffer = new UnsafeBuffer(bytes);
        FrameDefect defect = Envelope.check(new Checksum(), buffer, 0, bytes.length);
        if (defect != FrameDefect.NONE) {
            return defect.description();
        }
        MessageHeaderDecoder header = new MessageHeaderDecoder().wrap(buffer, Envelope.LENGTH);
        if (!Envelope.isOf(header, MessageHeaderDecoder.SCHEMA_ID, templateId)) {
            return "a sealed record that is not a " + name;
        }
        if (header.version() > MessageHeaderDecoder.SCHEMA_VERSION) {
            throw new StorageException("the " + name + " " + file + " is of format " + header.version()
                    + "; this version of Lockstep reads formats up to " + MessageHeaderDecoder.SCHEMA_VERSION
                    + ": start the version that wrote it");
        }
        boolean fits = bytes.length == length()
                && Envelope.length(buffer, 0) == length()
                && header.blockLength() == blockLength;
        return fits ? "" : bytes.length + " bytes where a " + name + " has " + length();
    }

    /**
     * @param file where it is, for the reader
     * @param found what is wrong with it
     * @return the damage in words
     */
    public String damage(Object file, String found) {
        return "the " + name + " " + file + " is damaged: found " + found;
    }
}
