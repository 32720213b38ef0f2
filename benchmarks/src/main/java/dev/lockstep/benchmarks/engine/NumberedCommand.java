package dev.lockstep.benchmarks.engine;

import java.nio.ByteBuffer;
import java.util.Random;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** A command of 100 bytes that begins with its number, so that whoever has it can say which one it is. */
public final class NumberedCommand {
    /** The length of each. */
    public static final int LENGTH = 100;

    private final UnsafeBuffer buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(LENGTH));

    /** Makes one, without a number yet. */
    public NumberedCommand() {
        byte[] random = new byte[LENGTH];
        new Random(1).nextBytes(random);
        buffer.putBytes(0, random);
    }

    /**
     * @param number its number
     * @return its bytes, until it is given another number
     */
    public DirectBuffer numbered(long number) {
        buffer.putLong(0, number);
        return buffer;
    }

    /**
     * @param bytes where a command is
     * @param offset its first byte
     * @return its number
     */
    public static long numberAt(DirectBuffer bytes, int offset) {
        return bytes.getLong(offset);
    }
}
