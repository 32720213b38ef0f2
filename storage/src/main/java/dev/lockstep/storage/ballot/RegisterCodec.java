package dev.lockstep.storage.ballot;

import dev.lockstep.storage.Identity;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.ballot.RegisterStore.Reading;
import dev.lockstep.storage.frame.Envelope;
import dev.lockstep.storage.sbe.RegisterRecordDecoder;
import dev.lockstep.storage.sbe.RegisterRecordEncoder;
import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Turns a register into its record on disk and back. Whatever is not exactly such a record is damage. */
final class RegisterCodec {
    static final RecordKind KIND =
            new RecordKind("register", RegisterRecordEncoder.TEMPLATE_ID, RegisterRecordEncoder.BLOCK_LENGTH);

    private RegisterCodec() {}

    static ByteBuffer encode(Register register) {
        return KIND.encode(buffer -> new RegisterRecordEncoder()
                .wrap(buffer, Envelope.BLOCK_OFFSET)
                .epoch(register.epoch())
                .term(register.term())
                .sequence(register.sequence())
                .first(register.first().value())
                .second(register.second().value()));
    }

    /**
     * @param bytes all that the file holds
     * @param file where they come from, for the reader
     * @return the register or the damage
     * @throws StorageException if a newer version wrote it
     */
    static Reading decode(byte[] bytes, Object file) {
        String defect = KIND.defectOf(bytes, file);
        if (!defect.isEmpty()) {
            return Reading.damaged(KIND.damage(file, defect));
        }
        RegisterRecordDecoder block = new RegisterRecordDecoder()
                .wrap(
                        new UnsafeBuffer(bytes),
                        Envelope.BLOCK_OFFSET,
                        RegisterRecordDecoder.BLOCK_LENGTH,
                        RegisterRecordDecoder.SCHEMA_VERSION);
        return isPossible(block)
                ? Reading.sound(read(block))
                : Reading.damaged(KIND.damage(file, "values that no primary can have written"));
    }

    private static boolean isPossible(RegisterRecordDecoder block) {
        return block.epoch() >= 0
                && block.term() >= 0
                && block.sequence() >= 0
                && block.first() != 0
                && block.first() != block.second();
    }

    private static Register read(RegisterRecordDecoder block) {
        return new Register(
                block.epoch(),
                block.term(),
                block.sequence(),
                new Identity(block.first()),
                new Identity(block.second()));
    }
}
