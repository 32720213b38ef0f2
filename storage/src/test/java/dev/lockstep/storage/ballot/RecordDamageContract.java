package dev.lockstep.storage.ballot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.storage.StorageException;
import dev.lockstep.storage.frame.Checksum;
import dev.lockstep.storage.frame.Envelope;
import dev.lockstep.storage.sbe.FrameHeaderEncoder;
import dev.lockstep.storage.sbe.MessageHeaderEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds for the file of any small record: whatever is not exactly such a record is damage, and named. */
abstract class RecordDamageContract {
    @TempDir
    protected Path directory;

    /** @return what the record and its file are called */
    protected abstract String name();

    /** @return a file that is as it should be */
    protected abstract byte[] sound();

    /** @return what is wrong with the file in the directory; empty if nothing is */
    protected abstract String damage();

    protected final String damageOf(byte[] content) throws IOException {
        Files.write(directory.resolve(name()), content);
        return damage();
    }

    /** @return the sound file with something changed, and a checksum that is right */
    protected final byte[] resealed(Consumer<UnsafeBuffer> change) {
        byte[] bytes = sound();
        UnsafeBuffer record = new UnsafeBuffer(bytes);
        change.accept(record);
        Envelope.seal(new Checksum(), record, 0, bytes.length);
        return bytes;
    }

    @Test
    void whatWasWrittenIsSound() throws IOException {
        assertThat(damageOf(sound())).isEmpty();
    }

    @Test
    void everyFlippedBitIsDamage() throws IOException {
        for (int bit = 0; bit < sound().length * Byte.SIZE; bit++) {
            byte[] flipped = sound();
            flipped[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
            assertThat(damageOf(flipped)).as("bit %d", bit).isNotEmpty();
        }
    }

    @Test
    void everyOtherByteInAnyPlaceIsDamage() throws IOException {
        for (int at = 0; at < sound().length; at++) {
            byte[] flipped = sound();
            flipped[at] ^= (byte) 0xff;
            assertThat(damageOf(flipped)).as("byte %d", at).isNotEmpty();
        }
    }

    @Test
    void aRecordCutShortAnywhereIsDamage() throws IOException {
        for (int length = 0; length < sound().length; length++) {
            assertThat(damageOf(Arrays.copyOf(sound(), length)))
                    .as("length %d", length)
                    .isNotEmpty();
        }
    }

    @Test
    void somethingBehindTheRecordIsDamage() throws IOException {
        assertThat(damageOf(Arrays.copyOf(sound(), sound().length + 1))).isNotEmpty();
    }

    @Test
    void aSealedRecordOfAnotherLengthIsDamage() throws IOException {
        int sealed = sound().length;
        for (int length : new int[] {Envelope.BLOCK_OFFSET, sealed - 1, sealed + 1}) {
            byte[] other = Arrays.copyOf(sound(), length);
            Envelope.seal(new Checksum(), new UnsafeBuffer(other), 0, length);
            assertThat(damageOf(other)).contains(length + " bytes where a " + name() + " has");
        }
        byte[] sealedShorter = sound();
        Envelope.seal(new Checksum(), new UnsafeBuffer(sealedShorter), 0, sealed - 1);
        assertThat(damageOf(sealedShorter)).isNotEmpty();
        int blockLength = sealed - Envelope.BLOCK_OFFSET;
        assertThat(damageOf(resealed(record ->
                        new MessageHeaderEncoder().wrap(record, Envelope.LENGTH).blockLength(blockLength - 1))))
                .isNotEmpty();
    }

    @Test
    void zerosAreDamage() throws IOException {
        assertThat(damageOf(new byte[sound().length])).isNotEmpty();
    }

    @Test
    void aSealedRecordOfAnotherKindIsDamage() throws IOException {
        assertThat(damageOf(resealed(record -> new MessageHeaderEncoder()
                        .wrap(record, Envelope.LENGTH)
                        .templateId(FrameHeaderEncoder.TEMPLATE_ID))))
                .contains("not a " + name());
    }

    @Test
    void damageIsNamedWithItsFile() throws IOException {
        assertThat(damageOf(new byte[0]))
                .contains(directory.resolve(name()).toString())
                .contains("fewer bytes");
    }

    @Test
    void whatANewerVersionWroteIsRefusedRatherThanTakenForDamage() {
        byte[] newer = resealed(record -> new MessageHeaderEncoder()
                .wrap(record, Envelope.LENGTH)
                .version(FrameHeaderEncoder.SCHEMA_VERSION + 1));
        assertThatThrownBy(() -> damageOf(newer))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("the " + name())
                .hasMessageContaining("start the version that wrote it");
    }
}
