package dev.lockstep.engine.simulated;

import dev.lockstep.engine.sbe.MessageHeaderDecoder;
import dev.lockstep.engine.sbe.MessageHeaderEncoder;
import dev.lockstep.engine.sbe.StampDecoder;
import dev.lockstep.engine.sbe.StampEncoder;
import dev.lockstep.storage.frame.Checksum;
import dev.lockstep.storage.frame.Envelope;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;

/** Makes messages that no sound member would send: most are in the name of one, so that they are read. */
final class MessageMutator {
    private static final int STAMP_END = MessageHeaderDecoder.ENCODED_LENGTH + StampDecoder.ENCODED_LENGTH;
    private static final int LAST_TEMPLATE = 33;
    private static final int LONGEST_BLOCK = 96;
    private static final int LONGEST_REST = 64;
    private static final long[] NUMBERS = {
        0,
        1,
        2,
        3,
        5,
        9,
        -1,
        -2,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        1L << 32,
        Long.MAX_VALUE / 2,
        Long.MAX_VALUE,
        Long.MIN_VALUE
    };

    private final SplittableRandom random;
    private final Checksum checksum = new Checksum();

    MessageMutator(SplittableRandom random) {
        this.random = random;
    }

    /** @return another one, by the same sender */
    ScriptedLetter mutated(ScriptedLetter letter) {
        UnsafeBuffer bytes = random.nextInt(3) == 0
                ? made(letter)
                : new UnsafeBuffer(letter.bytes().byteArray().clone());
        int changes = random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            change(bytes);
        }
        if (letter.hasFrame() && random.nextBoolean()) {
            seal(bytes);
        }
        if (random.nextInt(8) == 0) {
            new StampEncoder().wrap(bytes, MessageHeaderEncoder.ENCODED_LENGTH).term(letter.term() + number());
        }
        if (random.nextInt(4) == 0) {
            bytes = new UnsafeBuffer(bytes, 0, random.nextInt(bytes.capacity() + 1));
        }
        return letter.saying(bytes);
    }

    /** One of any kind, with a fixed part of any length, and whatever numbers in it. */
    private UnsafeBuffer made(ScriptedLetter letter) {
        int block = StampDecoder.ENCODED_LENGTH + random.nextInt(LONGEST_BLOCK);
        int head = MessageHeaderEncoder.ENCODED_LENGTH + block;
        UnsafeBuffer bytes = new UnsafeBuffer(new byte[head + random.nextInt(LONGEST_REST)]);
        new MessageHeaderEncoder()
                .wrap(bytes, 0)
                .blockLength(block)
                .templateId(1 + random.nextInt(LAST_TEMPLATE))
                .schemaId(MessageHeaderEncoder.SCHEMA_ID)
                .version(MessageHeaderEncoder.SCHEMA_VERSION);
        letter.sign(new StampEncoder().wrap(bytes, MessageHeaderEncoder.ENCODED_LENGTH));
        int at = STAMP_END;
        while (bytes.capacity() - at >= Long.BYTES) {
            int width = 1 << random.nextInt(4);
            bytes.putLong(at, number(), ByteOrder.LITTLE_ENDIAN);
            at += width;
        }
        return bytes;
    }

    /** The frame that it carries, whatever it is now, is as it was written. */
    private void seal(UnsafeBuffer bytes) {
        int length = bytes.capacity() - ScriptedLetter.APPEND_LENGTH;
        if (length > Envelope.BLOCK_OFFSET) {
            Envelope.seal(checksum, bytes, ScriptedLetter.APPEND_LENGTH, length);
        }
    }

    private void change(UnsafeBuffer bytes) {
        int from = random.nextInt(16) == 0 ? 0 : Math.min(STAMP_END, bytes.capacity() - 1);
        int at = from + random.nextInt(bytes.capacity() - from);
        if (random.nextBoolean() && bytes.capacity() - at >= Long.BYTES) {
            bytes.putLong(at, number(), ByteOrder.LITTLE_ENDIAN);
        } else {
            bytes.putByte(at, (byte) random.nextInt());
        }
    }

    private long number() {
        return random.nextInt(8) == 0 ? random.nextLong() : NUMBERS[random.nextInt(NUMBERS.length)];
    }
}
