package dev.lockstep.storage.ballot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.storage.Disk;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.ballot.RegisterStore.Reading;
import dev.lockstep.storage.ballot.RegisterStore.State;
import dev.lockstep.storage.frame.Checksum;
import dev.lockstep.storage.frame.Envelope;
import dev.lockstep.storage.sbe.MessageHeaderEncoder;
import dev.lockstep.storage.sbe.RegisterRecordEncoder;
import dev.lockstep.storage.testing.UnforcedDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegisterDamageTest {
    private static final Register REGISTER = new Register(0x11, 0x22, 0x33, new Identity(0x44), new Identity(0x55));

    @TempDir
    private Path directory;

    private final Disk disk = new UnforcedDisk();
    private final byte[] sound = RegisterCodec.encode(REGISTER).array();

    @Test
    void everyFlippedBitIsDamage() throws IOException {
        for (int bit = 0; bit < sound.length * Byte.SIZE; bit++) {
            byte[] flipped = sound.clone();
            flipped[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
            assertThat(read(flipped).state()).as("bit %d", bit).isEqualTo(State.DAMAGED);
        }
    }

    @Test
    void everyOtherByteInAnyPlaceIsDamage() throws IOException {
        for (int at = 0; at < sound.length; at++) {
            byte[] flipped = sound.clone();
            flipped[at] ^= (byte) 0xff;
            assertThat(read(flipped).state()).as("byte %d", at).isEqualTo(State.DAMAGED);
        }
    }

    @Test
    void aRegisterOfAnotherLengthIsDamage() throws IOException {
        for (int length = 0; length < sound.length; length++) {
            assertThat(read(Arrays.copyOf(sound, length)).state())
                    .as("length %d", length)
                    .isEqualTo(State.DAMAGED);
        }
        assertThat(read(Arrays.copyOf(sound, sound.length + 1)).state()).isEqualTo(State.DAMAGED);
    }

    @Test
    void aBallotInItsPlaceIsDamage() throws IOException {
        byte[] ballot = BallotCodec.encode(Ballot.fresh(new Identity(1))).array();
        assertThat(read(ballot).what()).contains("not a register");
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
        assertThat(read(changed).what()).contains("no primary can have written");
    }

    @Test
    void damageIsNamedWithItsFile() throws IOException {
        assertThat(read(new byte[0]).what())
                .contains(directory.resolve("register").toString())
                .contains("fewer bytes");
    }

    @Test
    void aNewerVersionsRegisterIsRefusedRatherThanTakenForDamage() {
        byte[] newer = resealed(record -> new MessageHeaderEncoder()
                .wrap(record, Envelope.LENGTH)
                .version(RegisterRecordEncoder.SCHEMA_VERSION + 1));
        assertThatThrownBy(() -> read(newer))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("the register")
                .hasMessageContaining("start the version that wrote it");
    }

    @Test
    void theLayoutOfTheFileStaysWhatItIs() throws IOException {
        assertThat(HexFormat.of().formatHex(sound, Envelope.LENGTH, sound.length))
                .isEqualTo("2800" + "0500" + "534c" + "0000" // block length, template, schema, version
                        + "1100000000000000"
                        + "2200000000000000"
                        + "3300000000000000"
                        + "4400000000000000"
                        + "5500000000000000");
        assertThat(read(sound)).isEqualTo(Reading.sound(REGISTER));
    }

    private Reading read(byte[] content) throws IOException {
        Files.write(directory.resolve("register"), content);
        return FileRegisterStore.open(directory, disk).read();
    }

    private byte[] resealed(Consumer<UnsafeBuffer> change) {
        byte[] bytes = sound.clone();
        UnsafeBuffer record = new UnsafeBuffer(bytes);
        change.accept(record);
        Envelope.seal(new Checksum(), record, 0, bytes.length);
        return bytes;
    }
}
