package dev.lockstep.storage.ballot;

import dev.lockstep.storage.frame.Checksum;
import dev.lockstep.storage.frame.Envelope;
import dev.lockstep.storage.frame.FrameDefect;
import dev.lockstep.storage.sbe.MarksHeaderDecoder;
import dev.lockstep.storage.sbe.MarksHeaderEncoder;
import dev.lockstep.storage.sbe.MessageHeaderDecoder;
import dev.lockstep.storage.sbe.MessageHeaderEncoder;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * How the marks lie in their page: a sealed header that names the boot, and the two indexes. Owned by one thread.
 *
 * <p>Every store is one aligned long with release semantics, so a kill leaves a prefix of the stores, none of them torn.
 */
final class MarksPage {
    /** Room for the page; all of it is written when the file is made, so that no store meets a full disk. */
    static final int LENGTH = 4096;

    static final int HEADER_LENGTH = Envelope.BLOCK_OFFSET + MarksHeaderEncoder.BLOCK_LENGTH;
    static final int PROMISED_OFFSET = 64;
    static final int COMMIT_OFFSET = PROMISED_OFFSET + Long.BYTES;

    private static final long NO_HEADER = 0;

    private final AtomicBuffer buffer;

    MarksPage(AtomicBuffer buffer) {
        this.buffer = buffer;
        buffer.verifyAlignment();
    }

    /** @return whether the page is whole and its indexes were stored in this boot */
    boolean isOf(BootId boot) {
        if (buffer.capacity() != LENGTH || Envelope.length(buffer, 0) != HEADER_LENGTH) {
            return false;
        }
        if (Envelope.check(new Checksum(), buffer, 0, HEADER_LENGTH) != FrameDefect.NONE) {
            return false;
        }
        MessageHeaderDecoder message = new MessageHeaderDecoder().wrap(buffer, Envelope.LENGTH);
        if (!Envelope.isOf(message, MarksHeaderDecoder.SCHEMA_ID, MarksHeaderDecoder.TEMPLATE_ID)
                || message.version() != MarksHeaderDecoder.SCHEMA_VERSION) {
            return false;
        }
        MarksHeaderDecoder header = new MarksHeaderDecoder()
                .wrap(buffer, Envelope.BLOCK_OFFSET, MarksHeaderDecoder.BLOCK_LENGTH, message.version());
        BootId stored = new BootId(header.bootIdHigh(), header.bootIdLow());
        return stored.isSameAs(boot) && promised() >= 0 && commit() >= 0;
    }

    /** Takes the old header away, stores both indexes, then the header: its first word, with the seal, comes last. */
    void rebind(BootId boot, long promised, long commit) {
        UnsafeBuffer header = headerOf(boot);
        buffer.putLongRelease(0, NO_HEADER);
        promised(promised);
        commit(commit);
        for (int offset = HEADER_LENGTH - Long.BYTES; offset >= 0; offset -= Long.BYTES) {
            buffer.putLongRelease(offset, header.getLong(offset));
        }
    }

    long promised() {
        return buffer.getLongAcquire(PROMISED_OFFSET);
    }

    void promised(long index) {
        buffer.putLongRelease(PROMISED_OFFSET, index);
    }

    long commit() {
        return buffer.getLongAcquire(COMMIT_OFFSET);
    }

    void commit(long index) {
        buffer.putLongRelease(COMMIT_OFFSET, index);
    }

    private static UnsafeBuffer headerOf(BootId boot) {
        UnsafeBuffer header = new UnsafeBuffer(new byte[HEADER_LENGTH]);
        new MessageHeaderEncoder()
                .wrap(header, Envelope.LENGTH)
                .blockLength(MarksHeaderEncoder.BLOCK_LENGTH)
                .templateId(MarksHeaderEncoder.TEMPLATE_ID)
                .schemaId(MarksHeaderEncoder.SCHEMA_ID)
                .version(MarksHeaderEncoder.SCHEMA_VERSION);
        new MarksHeaderEncoder()
                .wrap(header, Envelope.BLOCK_OFFSET)
                .bootIdHigh(boot.high())
                .bootIdLow(boot.low());
        Envelope.seal(new Checksum(), header, 0, HEADER_LENGTH);
        return header;
    }
}
