package dev.lockstep.storage.ballot;

import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.ballot.BallotStore.Reading;
import dev.lockstep.storage.frame.Envelope;
import dev.lockstep.storage.sbe.BallotRecordDecoder;
import dev.lockstep.storage.sbe.BallotRecordEncoder;
import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Turns a ballot into its record on disk and back. Whatever is not exactly such a record is damage. */
final class BallotCodec {
    static final RecordKind KIND =
            new RecordKind("ballot", BallotRecordEncoder.TEMPLATE_ID, BallotRecordEncoder.BLOCK_LENGTH);

    private BallotCodec() {}

    static ByteBuffer encode(Ballot ballot) {
        return KIND.encode(buffer -> new BallotRecordEncoder()
                .wrap(buffer, Envelope.BLOCK_OFFSET)
                .identity(ballot.identity().value())
                .clusterId(ballot.clusterId().value())
                .epoch(ballot.epoch())
                .term(ballot.term())
                .votedFor(ballot.votedFor().value())
                .startCounter(ballot.startCounter())
                .dirty(flag(ballot.dirty()))
                .recovering(flag(ballot.recovering()))
                .configIndex(ballot.configIndex())
                .configTerm(ballot.configTerm()));
    }

    /**
     * @param bytes all that the file holds
     * @param file where they come from, for the reader
     * @return the ballot or the damage
     * @throws StorageException if a newer version wrote it
     */
    static Reading decode(byte[] bytes, Object file) {
        String defect = KIND.defectOf(bytes, file);
        if (!defect.isEmpty()) {
            return Reading.damaged(KIND.damage(file, defect));
        }
        BallotRecordDecoder block = new BallotRecordDecoder()
                .wrap(
                        new UnsafeBuffer(bytes),
                        Envelope.BLOCK_OFFSET,
                        BallotRecordDecoder.BLOCK_LENGTH,
                        BallotRecordDecoder.SCHEMA_VERSION);
        return isPossible(block)
                ? Reading.sound(read(block))
                : Reading.damaged(KIND.damage(file, "values that no voter can have"));
    }

    private static boolean isPossible(BallotRecordDecoder block) {
        return block.identity() != 0
                && block.epoch() >= 0
                && block.term() >= 0
                && block.startCounter() >= 0
                && block.dirty() <= 1
                && block.recovering() <= 1
                && block.configIndex() >= 0
                && block.configTerm() >= 0;
    }

    private static Ballot read(BallotRecordDecoder block) {
        return new Ballot(
                new Identity(block.identity()),
                new ClusterId(block.clusterId()),
                block.epoch(),
                block.term(),
                new Identity(block.votedFor()),
                block.startCounter(),
                block.dirty() == 1,
                block.recovering() == 1,
                block.configIndex(),
                block.configTerm());
    }

    private static short flag(boolean set) {
        return (short) (set ? 1 : 0);
    }
}
