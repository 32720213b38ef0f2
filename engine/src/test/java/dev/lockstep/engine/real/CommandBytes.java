package dev.lockstep.engine.real;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** What the commands of these tests look like: each has its number all over, so that it can be found in a file. */
final class CommandBytes {
    private CommandBytes() {}

    static void fill(UnsafeBuffer buffer, int number, int length) {
        for (int i = 0; i < length; i++) {
            buffer.putByte(i, at(number, i));
        }
    }

    private static byte at(int number, int i) {
        return (byte) (number >>> (8 * (i % Integer.BYTES)) ^ 0x5a);
    }

    /** @return the number of a command of at least four bytes */
    static int number(DirectBuffer buffer, int offset) {
        int number = 0;
        for (int i = 0; i < Integer.BYTES; i++) {
            number |= ((buffer.getByte(offset + i) ^ 0x5a) & 0xff) << (8 * i);
        }
        return number;
    }

    /** @return the beginning of a command */
    static byte[] beginning(int number, int length) {
        byte[] bytes = new byte[length];
        fill(new UnsafeBuffer(bytes), number, length);
        return bytes;
    }
}
