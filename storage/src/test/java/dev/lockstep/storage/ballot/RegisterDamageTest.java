package dev.lockstep.storage.ballot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.storage.Disk;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.ballot.RegisterStore.Reading;
import dev.lockstep.storage.frame.Envelope;
import dev.lockstep.storage.sbe.RegisterRecordEncoder;
import dev.lockstep.storage.testing.UnforcedDisk;
import java.io.IOException;
import java.util.HexFormat;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class RegisterDamageTest extends RecordDamageContract {
    private static final Register REGISTER = new Register(0x11, 0x22, 0x33, new Identity(0x44), new Identity(0x55));

    private final Disk disk = new UnforcedDisk();

    @Override
    protected String name() {
        return "register";
    }

    @Override
    protected byte[] sound() {
        return RegisterCodec.encode(REGISTER).array();
    }

    @Override
    protected String damage() {
        return read().what();
    }

    private Reading read() {
        return FileRegisterStore.open(directory, disk).read();
    }

    @Test
    void sealedValuesThatNoPrimaryCanHaveWrittenAreDamage() throws IOException {
        assertImpossible(block -> block.epoch(-1));
        assertImpossible(block -> block.term(-1));
        assertImpossible(block -> block.sequence(-1));
        assertImpossible(block -> block.first(0));
        assertImpossible(block -> block.second(0x44));
    }

    private void assertImpossible(Consumer<RegisterRecordEncoder> change) throws IOException {
        byte[] changed =
                resealed(record -> change.accept(new RegisterRecordEncoder().wrap(record, Envelope.BLOCK_OFFSET)));
        assertThat(damageOf(changed)).contains("no primary can have written");
    }

    @Test
    void theLayoutOfTheFileStaysWhatItIs() throws IOException {
        assertThat(HexFormat.of().formatHex(sound(), Envelope.LENGTH, sound().length))
                .isEqualTo("2800" + "0500" + "534c" + "0000" // block length, template, schema, version
                        + "1100000000000000"
                        + "2200000000000000"
                        + "3300000000000000"
                        + "4400000000000000"
                        + "5500000000000000");
        assertThat(damageOf(sound())).isEmpty();
        assertThat(read()).isEqualTo(Reading.sound(REGISTER));
    }
}
