package dev.lockstep.storage.ballot;

import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.ballot.BallotStore.Reading;
import dev.lockstep.storage.frame.Checksum;
import dev.lockstep.storage.frame.Envelope;
import dev.lockstep.storage.frame.FrameDefect;
import dev.lockstep.storage.sbe.BallotRecordDecoder;
import dev.lockstep.storage.sbe.BallotRecordEncoder;
import dev.lockstep.storage.sbe.MessageHeaderDecoder;
import dev.lockstep.storage.sbe.MessageHeaderEncoder;
import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Turns a ballot into its record on disk and back. Whatever is not exactly such a record is damage. */
final class BallotCodec {
    static final int LENGTH = Envelope.BLOCK_OFFSET + BallotRecordEncoder.BLOCK_LENGTH;

    private BallotCodec() {}

    static ByteBuffer encode(Ballot ballot) {
        ByteBuffer bytes = ByteBuffer.allocate(LENGTH);
        UnsafeBuffer buffer = new UnsafeBuffer(bytes);
        new MessageHeaderEncoder()
                .wrap(buffer, Envelope.LENGTH)
                .blockLength(BallotRecordEncoder.BLOCK_LENGTH)
                .templateId(BallotRecordEncoder.TEMPLATE_ID)
                .schemaId(BallotRecordEncoder.SCHEMA_ID)
                .version(BallotRecordEncoder.SCHEMA_VERSION);
        new BallotRecordEncoder()
                .wrap(buffer, Envelope.BLOCK_OFFSET)
                .identity(ballot.identity().value())
                .clusterId(ballot.clusterId().value())
                .epoch(ballot.epoch())
                .term(ballot.term())
                .votedFor(ballot.votedFor().value())
                .startCounter(ballot.startCounter())
                .dirty(flag(ballot.dirty()))
                .recovering(flag(ballot.recovering()));
        Envelope.seal(new Checksum(), buffer, 0, LENGTH);
        return bytes;
    }

    /**
     * @param bytes all that the file holds
     * @param file where they come from, for the reader
     * @return the ballot or the damage
     * @throws StorageException if a newer version wrote it
     */
    static Reading decode(byte[] bytes, Object file) {
        UnsafeBuffer buffer = new UnsafeBuffer(bytes);
        FrameDefect defect = Envelope.check(new Checksum(), buffer, 0, bytes.length);
        if (defect != FrameDefect.NONE) {
            return damaged(file, defect.description());
        }
        MessageHeaderDecoder header = new MessageHeaderDecoder().wrap(buffer, Envelope.LENGTH);
        if (!Envelope.isOf(header, BallotRecordDecoder.SCHEMA_ID, BallotRecordDecoder.TEMPLATE_ID)) {
            return damaged(file, "a sealed record that is not a ballot");
        }
        if (header.version() > BallotRecordDecoder.SCHEMA_VERSION) {
            throw new StorageException("the ballot " + file + " is of format " + header.version()
                    + "; this version of Lockstep reads formats up to " + BallotRecordDecoder.SCHEMA_VERSION
                    + ": start the version that wrote it");
        }
        if (bytes.length != LENGTH
                || Envelope.length(buffer, 0) != LENGTH
                || header.blockLength() != BallotRecordDecoder.BLOCK_LENGTH) {
            return damaged(file, bytes.length + " bytes where a ballot has " + LENGTH);
        }
        return read(
                new BallotRecordDecoder().wrap(buffer, Envelope.BLOCK_OFFSET, header.blockLength(), header.version()),
                file);
    }

    private static Reading read(BallotRecordDecoder block, Object file) {
        boolean possible = block.identity() != 0
                && block.epoch() >= 0
                && block.term() >= 0
                && block.startCounter() >= 0
                && block.dirty() <= 1
                && block.recovering() <= 1;
        if (!possible) {
            return damaged(file, "values that no voter can have");
        }
        return Reading.sound(new Ballot(
                new Identity(block.identity()),
                new ClusterId(block.clusterId()),
                block.epoch(),
                block.term(),
                new Identity(block.votedFor()),
                block.startCounter(),
                block.dirty() == 1,
                block.recovering() == 1));
    }

    private static Reading damaged(Object file, String found) {
        return Reading.damaged("the ballot " + file + " is damaged: found " + found);
    }

    private static short flag(boolean set) {
        return (short) (set ? 1 : 0);
    }
}
