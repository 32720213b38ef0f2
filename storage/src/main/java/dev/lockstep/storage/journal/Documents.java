package dev.lockstep.storage.journal;

import org.agrona.BitUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * How Chronicle lays records ("documents") into a file: a four-byte header, then the bytes, padded to four. The header
 * holds the length and two bits. Zero means that nothing is there yet; writing the header makes a record ready.
 *
 * <p>Reading this ourselves, instead of through a tailer, lets one routine see exactly what is on disk: Chronicle skips
 * or stops silently where a header is damaged, and waits where one is unfinished.
 */
final class Documents {
    static final int HEADER_LENGTH = Integer.BYTES;

    private static final int NOT_READY = 0x8000_0000;
    private static final int META = 0x4000_0000;
    private static final int LENGTH_MASK = 0x3FFF_FFFF;

    private Documents() {}

    /** @return the header at a position, with everything that was written before it */
    static int header(UnsafeBuffer buffer, int position) {
        return buffer.getIntVolatile(position);
    }

    static boolean isNothing(int header) {
        return header == 0;
    }

    static boolean isReady(int header) {
        return header != 0 && (header & NOT_READY) == 0;
    }

    /** @return whether a ready record is Chronicle's own */
    static boolean isMeta(int header) {
        return (header & META) != 0;
    }

    static int length(int header) {
        return header & LENGTH_MASK;
    }

    /** @return the room that a record of this length takes */
    static int space(int length) {
        return BitUtil.align(HEADER_LENGTH + length, HEADER_LENGTH);
    }

    static int data(int position) {
        return position + HEADER_LENGTH;
    }

    static int next(int position, int header) {
        return position + space(length(header));
    }
}
