package dev.lockstep.engine.pipeline;

import dev.lockstep.storage.frame.FrameEncoder;
import org.agrona.DirectBuffer;

/**
 * What a frame carries, as the engine writes it, for whoever reads or writes logs beside it.
 *
 * @param session the session
 * @param sequence the command's number in it; zero for an act
 * @param expectedIndex what the command expects
 * @param act what becomes of the session; zero for a command
 * @param payloadAt where the command's payload begins
 * @param payloadLength its length
 */
public record WrittenEntry(long session, long sequence, long expectedIndex, int act, int payloadAt, int payloadLength) {
    /** A session begins. */
    public static final int OPEN = IngressEntry.OPEN;

    /** A session ends. */
    public static final int CLOSE = IngressEntry.CLOSE;

    /** A session goes on. */
    public static final int RENEW = IngressEntry.RENEW;

    /** How many sessions there may be. */
    public static final int MAX_SESSIONS = PlayedLimits.FEW.maxSessions();

    /** How long one lives that nobody uses. */
    public static final long SESSION_TIMEOUT_NS = PlayedLimits.FEW.sessionTimeoutNs();

    /** Whose sessions are of no node's submitters. */
    private static final int NOBODYS_NODE = 250;

    /** @return a name for a session that no node's submitter has */
    public static long nobodysSession(long random) {
        return SessionIds.make(NOBODYS_NODE, 0, random);
    }

    /** @return a command, at its place in a frame */
    public static WrittenEntry command(DirectBuffer buffer, int at, int length) {
        return new WrittenEntry(
                CommandHead.session(buffer, at),
                CommandHead.sequence(buffer, at),
                CommandHead.expectedIndex(buffer, at),
                0,
                at + CommandHead.LENGTH,
                length - CommandHead.LENGTH);
    }

    /** @return an act on a session, at its place in a frame */
    public static WrittenEntry act(DirectBuffer buffer, int at) {
        return new WrittenEntry(CommandHead.session(buffer, at), 0, 0, CommandHead.sessionAct(buffer, at), at, 0);
    }

    /** Adds an act to a frame. */
    public static void putAct(FrameEncoder encoder, long session, int act) {
        int at = encoder.claim(CommandHead.SESSION_LENGTH);
        CommandHead.writeSession(encoder.buffer(), at, session, act);
    }

    /** Adds a command to a frame. */
    public static void putCommand(FrameEncoder encoder, long session, long sequence, DirectBuffer payload, int length) {
        int at = encoder.claim(CommandHead.LENGTH + length);
        CommandHead.write(encoder.buffer(), at, session, sequence, false, -1);
        encoder.buffer().putBytes(at + CommandHead.LENGTH, payload, 0, length);
    }
}
