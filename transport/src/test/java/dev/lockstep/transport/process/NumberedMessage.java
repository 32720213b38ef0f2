package dev.lockstep.transport.process;

import dev.lockstep.transport.Stream;
import java.util.zip.CRC32;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A message that says who sent it, in which life of the link, and as the how manieth of its stream; with a checksum over
 * all of it. Lengths change from one to the next: within a datagram, of several, and on bulk in pieces.
 */
final class NumberedMessage {
    static final int LONGEST_BYTES = 200_000;

    private static final int CRC = 0;
    private static final int START = 8;
    private static final int LIFE = 16;
    private static final int NUMBER = 24;
    private static final int HEADER_BYTES = 32;
    private static final int FITS_A_DATAGRAM = 1300;
    private static final int FITS_AN_EIGHTH = 8000;

    private final byte[] bytes = new byte[LONGEST_BYTES];
    private final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
    private final CRC32 crc = new CRC32();
    private int length;

    /** Makes one to be sent. */
    void write(Stream stream, long start, long life, long number) {
        length = lengthOf(stream, number);
        buffer.putLong(START, start);
        buffer.putLong(LIFE, life);
        buffer.putLong(NUMBER, number);
        for (int i = HEADER_BYTES; i < length; i++) {
            bytes[i] = (byte) (number + i); // what a piece in the wrong place would show in
        }
        buffer.putLong(CRC, checksum());
    }

    private static int lengthOf(Stream stream, long number) {
        int within = HEADER_BYTES + 1 + (int) (number * 977 % FITS_A_DATAGRAM);
        return switch (stream) {
            case CONTROL -> within % 200 + HEADER_BYTES + 1;
            case LOG -> number % 16 == 5 ? FITS_AN_EIGHTH : within;
            case CLIENT -> throw new IllegalArgumentException("members do not speak on CLIENT");
            case BULK -> number % 32 == 9 ? LONGEST_BYTES : within;
        };
    }

    private long checksum() {
        crc.reset();
        crc.update(bytes, START, length - START);
        return crc.getValue();
    }

    /** Reads one that came. */
    void read(DirectBuffer from, int offset, int fromLength) {
        length = fromLength;
        from.getBytes(offset, bytes, 0, fromLength);
    }

    /** @return whether it is what a sender made */
    boolean isWhole(Stream stream) {
        return length > HEADER_BYTES && length == lengthOf(stream, number()) && buffer.getLong(CRC) == checksum();
    }

    long start() {
        return buffer.getLong(START);
    }

    long life() {
        return buffer.getLong(LIFE);
    }

    long number() {
        return buffer.getLong(NUMBER);
    }

    DirectBuffer buffer() {
        return buffer;
    }

    int length() {
        return length;
    }
}
