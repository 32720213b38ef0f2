package dev.lockstep.storage.frame;

import java.nio.ByteBuffer;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;

/** Frames and bytes that the tests of this package begin with. */
final class FrameSamples {
    static final int CLOSE_AT = 1408;
    static final int MAX_COMMAND = 64 * 1024;

    private FrameSamples() {}

    static FrameEncoder encoder() {
        return new FrameEncoder(CLOSE_AT, MAX_COMMAND);
    }

    /** @return a sealed frame of the first index, one command for each length */
    static FrameEncoder frameOf(int... commandLengths) {
        FrameEncoder encoder = encoder().start(FrameType.COMMANDS).term(3).after(0, 0);
        for (int length : commandLengths) {
            encoder.add(command(length), 0, length);
        }
        encoder.seal();
        return encoder;
    }

    /** @return recognisable bytes: each one is its own offset plus the length */
    static UnsafeBuffer command(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i + length);
        }
        return new UnsafeBuffer(bytes);
    }

    /** @return a copy with not a byte more than the frame has, so that reading beyond it fails */
    static UnsafeBuffer copyOf(FrameEncoder encoder) {
        UnsafeBuffer copy = new UnsafeBuffer(ByteBuffer.allocateDirect(encoder.length()));
        copy.putBytes(0, encoder.buffer(), 0, encoder.length());
        return copy;
    }

    static byte[] bytesOf(FrameEncoder encoder) {
        byte[] bytes = new byte[encoder.length()];
        encoder.buffer().getBytes(0, bytes);
        return bytes;
    }

    static byte[] randomBytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
