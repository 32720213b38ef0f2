package dev.lockstep.storage.ballot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.storage.ClusterId;
import dev.lockstep.storage.Disk;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.ballot.BallotStore.Reading;
import dev.lockstep.storage.ballot.BallotStore.State;
import dev.lockstep.storage.frame.Checksum;
import dev.lockstep.storage.frame.Envelope;
import dev.lockstep.storage.sbe.BallotRecordEncoder;
import dev.lockstep.storage.sbe.FrameHeaderEncoder;
import dev.lockstep.storage.sbe.MessageHeaderEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BallotDamageTest {
    private static final Ballot BALLOT = new Ballot(
            new Identity(0x11), new ClusterId(0x22), 0x33, 0x44, new Identity(0x55), 0x66, true, false, 0x77, 0x88);

    @TempDir
    private Path directory;

    private final byte[] sound = BallotCodec.encode(BALLOT).array();

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
    void aBallotCutShortAnywhereIsDamage() throws IOException {
        for (int length = 0; length < sound.length; length++) {
            assertThat(read(Arrays.copyOf(sound, length)).state())
                    .as("length %d", length)
                    .isEqualTo(State.DAMAGED);
        }
    }

    @Test
    void somethingBehindTheBallotIsDamage() throws IOException {
        assertThat(read(Arrays.copyOf(sound, sound.length + 1)).state()).isEqualTo(State.DAMAGED);
    }

    @Test
    void aSealedRecordOfAnotherLengthIsDamage() throws IOException {
        for (int length : new int[] {Envelope.BLOCK_OFFSET, sound.length - 1, sound.length + 1}) {
            byte[] other = Arrays.copyOf(sound, length);
            Envelope.seal(new Checksum(), new UnsafeBuffer(other), 0, length);
            assertThat(read(other).what()).contains(length + " bytes where a ballot has");
        }
        byte[] sealedShorter = sound.clone();
        Envelope.seal(new Checksum(), new UnsafeBuffer(sealedShorter), 0, sound.length - 1);
        assertThat(read(sealedShorter).state()).isEqualTo(State.DAMAGED);
        assertThat(read(resealed(record -> new MessageHeaderEncoder()
                                .wrap(record, Envelope.LENGTH)
                                .blockLength(BallotRecordEncoder.BLOCK_LENGTH - 1)))
                        .state())
                .isEqualTo(State.DAMAGED);
    }

    @Test
    void zerosAreDamage() throws IOException {
        assertThat(read(new byte[sound.length]).state()).isEqualTo(State.DAMAGED);
    }

    @Test
    void aSealedRecordOfAnotherKindIsDamage() throws IOException {
        assertThat(read(resealed(record -> new MessageHeaderEncoder()
                                .wrap(record, Envelope.LENGTH)
                                .templateId(FrameHeaderEncoder.TEMPLATE_ID)))
                        .what())
                .contains("not a ballot");
    }

    @Test
    void sealedValuesThatNoVoterCanHaveAreDamage() throws IOException {
        assertThat(read(resealed(record -> block(record).identity(0))).what()).contains("no voter can have");
        assertThat(read(resealed(record -> block(record).epoch(-1))).what()).contains("no voter can have");
        assertThat(read(resealed(record -> block(record).term(-1))).what()).contains("no voter can have");
        assertThat(read(resealed(record -> block(record).startCounter(-1))).what())
                .contains("no voter can have");
        assertThat(read(resealed(record -> block(record).dirty((short) 2))).what())
                .contains("no voter can have");
        assertThat(read(resealed(record -> block(record).recovering((short) 2))).what())
                .contains("no voter can have");
        assertThat(read(resealed(record -> block(record).configIndex(-1))).what())
                .contains("no voter can have");
        assertThat(read(resealed(record -> block(record).configTerm(-1))).what())
                .contains("no voter can have");
    }

    @Test
    void damageIsNamedWithItsFile() throws IOException {
        assertThat(read(new byte[0]).what())
                .contains(directory.resolve("ballot").toString())
                .contains("fewer bytes");
    }

    @Test
    void aNewerVersionsBallotIsRefusedRatherThanTakenForDamage() {
        byte[] newer = resealed(record -> new MessageHeaderEncoder()
                .wrap(record, Envelope.LENGTH)
                .version(BallotRecordEncoder.SCHEMA_VERSION + 1));
        assertThatThrownBy(() -> read(newer))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("start the version that wrote it");
    }

    @Test
    void theLayoutOfTheFileStaysWhatItIs() throws IOException {
        assertThat(HexFormat.of().formatHex(sound, Envelope.LENGTH, sound.length))
                .isEqualTo("4200" + "0300" + "534c" + "0000" // block length, template, schema, version
                        + "1100000000000000"
                        + "2200000000000000"
                        + "3300000000000000"
                        + "4400000000000000"
                        + "5500000000000000"
                        + "6600000000000000"
                        + "0100"
                        + "7700000000000000"
                        + "8800000000000000");
        assertThat(read(sound)).isEqualTo(Reading.sound(BALLOT));
    }

    private Reading read(byte[] content) throws IOException {
        Files.write(directory.resolve("ballot"), content);
        return FileBallotStore.open(directory, Disk.system()).read();
    }

    private static BallotRecordEncoder block(UnsafeBuffer record) {
        return new BallotRecordEncoder().wrap(record, Envelope.BLOCK_OFFSET);
    }

    private byte[] resealed(Consumer<UnsafeBuffer> change) {
        byte[] bytes = sound.clone();
        UnsafeBuffer record = new UnsafeBuffer(bytes);
        change.accept(record);
        Envelope.seal(new Checksum(), record, 0, bytes.length);
        return bytes;
    }
}
