package dev.lockstep.storage.frame;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.storage.sbe.FrameHeaderDecoder;
import dev.lockstep.storage.sbe.FrameHeaderEncoder;
import dev.lockstep.storage.sbe.MessageHeaderEncoder;
import dev.lockstep.storage.sbe.SegmentHeaderDecoder;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.function.Consumer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No bytes but those of a whole frame pass, and none make the check fail in another way than with its answer. */
class FrameVerifyTest {
    private static final int RANDOM_INPUTS = 100_000;
    private static final int BLOCK_END = Envelope.BLOCK_OFFSET + FrameHeaderEncoder.BLOCK_LENGTH;

    private final Checksum checksum = new Checksum();
    private final Frame frame = new Frame();

    private FrameDefect verify(UnsafeBuffer bytes) {
        return frame.verify(checksum, bytes, 0, bytes.capacity());
    }

    @Test
    void everySingleFlippedBitIsRefused() {
        UnsafeBuffer bytes = FrameSamples.copyOf(FrameSamples.frameOf(5, 0, 18));
        for (int bit = 0; bit < bytes.capacity() * Byte.SIZE; bit++) {
            flip(bytes, bit);
            assertThat(verify(bytes)).as("bit %s", bit).isNotEqualTo(FrameDefect.NONE);
            flip(bytes, bit);
        }
        assertThat(verify(bytes)).isEqualTo(FrameDefect.NONE);
    }

    private static void flip(MutableDirectBuffer bytes, int bit) {
        int at = bit / Byte.SIZE;
        bytes.putByte(at, (byte) (bytes.getByte(at) ^ 1 << bit % Byte.SIZE));
    }

    @Test
    void everyTruncationIsRefused() {
        FrameEncoder encoder = FrameSamples.frameOf(5, 0, 18);
        for (int available = 0; available < encoder.length(); available++) {
            UnsafeBuffer cut = new UnsafeBuffer(FrameSamples.bytesOf(encoder), 0, available);
            assertThat(verify(cut)).as("%s bytes", available).isEqualTo(FrameDefect.TRUNCATED);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, -1, Integer.MIN_VALUE})
    void aLengthThatNoRecordCanHaveIsNamed(int length) {
        UnsafeBuffer bytes = FrameSamples.copyOf(FrameSamples.frameOf(5));
        bytes.putInt(4, length);
        assertThat(verify(bytes)).isEqualTo(FrameDefect.BAD_LENGTH);
    }

    @Test
    void aLengthBeyondTheBytesIsATruncation() {
        UnsafeBuffer bytes = FrameSamples.copyOf(FrameSamples.frameOf(5));
        bytes.putInt(4, Integer.MAX_VALUE);
        assertThat(verify(bytes)).isEqualTo(FrameDefect.TRUNCATED);
    }

    @Test
    void randomBytesNeverPassAndNeverThrow() {
        Random random = new Random(4711);
        for (int i = 0; i < RANDOM_INPUTS; i++) {
            UnsafeBuffer bytes = new UnsafeBuffer(FrameSamples.randomBytes(random, random.nextInt(200)));
            assertThat(verify(bytes)).as("input %s", i).isNotEqualTo(FrameDefect.NONE);
        }
    }

    @Test
    void randomBytesOfTheRightLengthNeverPassAndNeverThrow() {
        Random random = new Random(4712);
        for (int i = 0; i < RANDOM_INPUTS; i++) {
            UnsafeBuffer bytes =
                    new UnsafeBuffer(FrameSamples.randomBytes(random, Envelope.BLOCK_OFFSET + random.nextInt(200)));
            bytes.putInt(4, bytes.capacity());
            assertThat(verify(bytes)).as("input %s", i).isEqualTo(FrameDefect.BAD_CHECKSUM);
        }
    }

    @Test
    void randomContentInASoundEnvelopeNeverPassesAndNeverThrows() {
        Random random = new Random(4713);
        for (int i = 0; i < RANDOM_INPUTS; i++) {
            UnsafeBuffer bytes =
                    new UnsafeBuffer(FrameSamples.randomBytes(random, Envelope.BLOCK_OFFSET + random.nextInt(200)));
            Envelope.seal(checksum, bytes, 0, bytes.capacity());
            assertThat(verify(bytes)).as("input %s", i).isNotEqualTo(FrameDefect.NONE);
        }
    }

    @Test
    void randomContentBehindASoundMessageHeaderNeverPassesAndNeverThrows() {
        Random random = new Random(4714);
        for (int i = 0; i < RANDOM_INPUTS; i++) {
            UnsafeBuffer bytes =
                    new UnsafeBuffer(FrameSamples.randomBytes(random, Envelope.BLOCK_OFFSET + random.nextInt(200)));
            messageHeader(bytes).blockLength(random.nextInt(250));
            Envelope.seal(checksum, bytes, 0, bytes.capacity());
            assertThat(verify(bytes)).as("input %s", i).isNotEqualTo(FrameDefect.NONE);
        }
    }

    /** The few that pass are frames, made by chance: what they say of themselves must be true. */
    @Test
    void randomCommandsPassOnlyIfTheyAddUp() {
        Random random = new Random(4715);
        int passed = 0;
        for (int i = 0; i < RANDOM_INPUTS; i++) {
            UnsafeBuffer bytes = soundHeader(BLOCK_END + random.nextInt(40));
            for (int at = BLOCK_END; at < bytes.capacity(); at++) {
                bytes.putByte(at, (byte) (random.nextInt(8) == 0 ? random.nextInt(256) : 0));
            }
            bytes.putInt(
                    Envelope.BLOCK_OFFSET + FrameHeaderEncoder.commandCountEncodingOffset(), random.nextInt(6) - 1);
            Envelope.seal(checksum, bytes, 0, bytes.capacity());
            FrameDefect defect = verify(bytes);
            if (defect == FrameDefect.NONE) {
                passed++;
                assertThatCommandsLieWithin(bytes.capacity());
            } else {
                assertThat(defect).isEqualTo(FrameDefect.BAD_COMMANDS);
            }
        }
        assertThat(passed).isBetween(1, RANDOM_INPUTS / 2);
    }

    private void assertThatCommandsLieWithin(int end) {
        int count = 0;
        while (frame.nextCommand()) {
            count++;
            assertThat(frame.commandLength()).isNotNegative();
            assertThat(frame.commandOffset() + frame.commandLength()).isLessThanOrEqualTo(end);
        }
        assertThat(count).isEqualTo(frame.commandCount());
    }

    private static MessageHeaderEncoder messageHeader(UnsafeBuffer bytes) {
        return new MessageHeaderEncoder()
                .wrap(bytes, Envelope.LENGTH)
                .blockLength(FrameHeaderEncoder.BLOCK_LENGTH)
                .templateId(FrameHeaderEncoder.TEMPLATE_ID)
                .schemaId(FrameHeaderEncoder.SCHEMA_ID)
                .version(FrameHeaderEncoder.SCHEMA_VERSION);
    }

    private static UnsafeBuffer soundHeader(int length) {
        UnsafeBuffer bytes = new UnsafeBuffer(ByteBuffer.allocateDirect(length));
        messageHeader(bytes);
        new FrameHeaderEncoder()
                .wrap(bytes, Envelope.BLOCK_OFFSET)
                .term(1)
                .firstIndex(1)
                .frameType(FrameType.COMMANDS.code());
        return bytes;
    }

    private FrameDefect verifyAfter(Consumer<FrameHeaderEncoder> change) {
        UnsafeBuffer bytes = soundHeader(BLOCK_END);
        change.accept(new FrameHeaderEncoder().wrap(bytes, Envelope.BLOCK_OFFSET));
        Envelope.seal(checksum, bytes, 0, bytes.capacity());
        return verify(bytes);
    }

    @Test
    void aTypeThatIsNotKnownIsNamed() {
        assertThat(verifyAfter(header -> header.frameType((short) 0))).isEqualTo(FrameDefect.UNKNOWN_TYPE);
        assertThat(verifyAfter(header -> header.frameType((short) 7))).isEqualTo(FrameDefect.UNKNOWN_TYPE);
        assertThat(verifyAfter(header -> header.frameType((short) 255))).isEqualTo(FrameDefect.UNKNOWN_TYPE);
        assertThat(verifyAfter(header -> header.frameType((short) 5))).isEqualTo(FrameDefect.NONE);
    }

    @Test
    void anIndexOrATermThatNoFrameHasIsNamed() {
        assertThat(verifyAfter(header -> header.firstIndex(0))).isEqualTo(FrameDefect.BAD_POSITION);
        assertThat(verifyAfter(header -> header.firstIndex(-1))).isEqualTo(FrameDefect.BAD_POSITION);
        assertThat(verifyAfter(header -> header.term(0))).isEqualTo(FrameDefect.BAD_POSITION);
        assertThat(verifyAfter(header -> header.term(Long.MIN_VALUE))).isEqualTo(FrameDefect.BAD_POSITION);
    }

    @Test
    void commandsThatAreNotThereAreNoticed() {
        assertThat(verifyAfter(header -> header.commandCount(1))).isEqualTo(FrameDefect.BAD_COMMANDS);
        assertThat(verifyAfter(header -> header.commandCount(Integer.MAX_VALUE)))
                .isEqualTo(FrameDefect.BAD_COMMANDS);
        assertThat(verifyAfter(header -> header.commandCount(-1))).isEqualTo(FrameDefect.BAD_COMMANDS);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE - 4, 9, 13})
    void aCommandLengthBeyondTheFrameIsNoticed(int commandLength) {
        UnsafeBuffer bytes = FrameSamples.copyOf(FrameSamples.frameOf(8));
        bytes.putInt(Frame.HEADER_LENGTH, commandLength);
        Envelope.seal(checksum, bytes, 0, bytes.capacity());
        assertThat(verify(bytes)).isEqualTo(FrameDefect.BAD_COMMANDS);
    }

    @Test
    void bytesBehindTheLastCommandAreNoticed() {
        FrameEncoder encoder = FrameSamples.frameOf(8);
        UnsafeBuffer longer = new UnsafeBuffer(new byte[encoder.length() + 4]);
        longer.putBytes(0, encoder.buffer(), 0, encoder.length());
        Envelope.seal(checksum, longer, 0, longer.capacity());
        assertThat(verify(longer)).isEqualTo(FrameDefect.BAD_COMMANDS);
    }

    @Test
    void aSealedRecordOfAnotherKindIsNotAFrame() {
        UnsafeBuffer bytes = soundHeader(BLOCK_END);
        messageHeader(bytes).templateId(SegmentHeaderDecoder.TEMPLATE_ID);
        Envelope.seal(checksum, bytes, 0, bytes.capacity());
        assertThat(verify(bytes)).isEqualTo(FrameDefect.NOT_A_FRAME);
    }

    @Test
    void aSealedRecordOfAnotherSchemaIsNotAFrame() {
        UnsafeBuffer bytes = soundHeader(BLOCK_END);
        messageHeader(bytes).schemaId(FrameHeaderDecoder.SCHEMA_ID + 1);
        Envelope.seal(checksum, bytes, 0, bytes.capacity());
        assertThat(verify(bytes)).isEqualTo(FrameDefect.NOT_A_FRAME);
    }

    @Test
    void aBlockShorterThanThisVersionsIsNotUnderstood() {
        UnsafeBuffer bytes = soundHeader(BLOCK_END);
        messageHeader(bytes).blockLength(FrameHeaderDecoder.BLOCK_LENGTH - 1);
        Envelope.seal(checksum, bytes, 0, bytes.capacity());
        assertThat(verify(bytes)).isEqualTo(FrameDefect.UNKNOWN_VERSION);
    }

    @Test
    void aBlockLongerThanTheFrameIsRefused() {
        UnsafeBuffer bytes = soundHeader(BLOCK_END);
        messageHeader(bytes).blockLength(FrameHeaderDecoder.BLOCK_LENGTH + 1);
        Envelope.seal(checksum, bytes, 0, bytes.capacity());
        assertThat(verify(bytes)).isEqualTo(FrameDefect.BAD_LENGTH);
    }

    @Test
    void aFrameOfANewerVersionWithALongerBlockIsStillRead() {
        FrameEncoder encoder = FrameSamples.frameOf(5, 6);
        int grown = 24;
        UnsafeBuffer newer = new UnsafeBuffer(new byte[encoder.length() + grown]);
        newer.putBytes(0, encoder.buffer(), 0, BLOCK_END);
        newer.setMemory(BLOCK_END, grown, (byte) 0xFF);
        newer.putBytes(BLOCK_END + grown, encoder.buffer(), BLOCK_END, encoder.length() - BLOCK_END);
        messageHeader(newer)
                .blockLength(FrameHeaderDecoder.BLOCK_LENGTH + grown)
                .version(FrameHeaderDecoder.SCHEMA_VERSION + 1);
        Envelope.seal(checksum, newer, 0, newer.capacity());

        assertThat(verify(newer)).isEqualTo(FrameDefect.NONE);

        assertThat(frame.term()).isEqualTo(3);
        assertThat(frame.lastIndex()).isEqualTo(2);
        frame.moveBefore(2);
        assertThat(frame.nextCommand()).isTrue();
        assertThat(frame.commandLength()).isEqualTo(6);
        assertThat(frame.nextCommand()).isFalse();
    }
}
