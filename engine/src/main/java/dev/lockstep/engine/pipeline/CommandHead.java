package dev.lockstep.engine.pipeline;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** What stands before a command's payload in a frame, and the entries of SESSION frames. */
final class CommandHead {
    /** Bytes before the payload. */
    static final int LENGTH = 24;

    /** The length of an entry of a SESSION frame. */
    static final int SESSION_LENGTH = 16;

    private static final int SESSION = 0;
    private static final int SEQUENCE = 8;
    private static final int EXPECTED_INDEX = 16;
    private static final long SILENT = Long.MIN_VALUE;
    private static final int ACT = 8;

    private CommandHead() {}

    /** @param isSilent whether nobody reads the reply */
    static void write(
            MutableDirectBuffer buffer, int at, long session, long sequence, boolean isSilent, long expectedIndex) {
        buffer.putLong(at + SESSION, session);
        buffer.putLong(at + SEQUENCE, isSilent ? sequence | SILENT : sequence);
        buffer.putLong(at + EXPECTED_INDEX, expectedIndex);
    }

    static long session(DirectBuffer buffer, int at) {
        return buffer.getLong(at + SESSION);
    }

    static long sequence(DirectBuffer buffer, int at) {
        return buffer.getLong(at + SEQUENCE) & ~SILENT;
    }

    static boolean isSilent(DirectBuffer buffer, int at) {
        return buffer.getLong(at + SEQUENCE) < 0;
    }

    static long expectedIndex(DirectBuffer buffer, int at) {
        return buffer.getLong(at + EXPECTED_INDEX);
    }

    /** @param act one of {@link IngressEntry}'s kinds */
    static void writeSession(MutableDirectBuffer buffer, int at, long session, int act) {
        buffer.putLong(at + SESSION, session);
        buffer.putLong(at + ACT, act);
    }

    static int sessionAct(DirectBuffer buffer, int at) {
        return (int) buffer.getLong(at + ACT);
    }
}
