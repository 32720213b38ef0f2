package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.Ack;
import dev.lockstep.engine.Outcome;
import dev.lockstep.engine.Position;
import dev.lockstep.engine.Reply;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What the applier says of a command to its submitter, as it lies in the lane; and the reply that a listener is shown.
 * Owned by the submitter's thread.
 */
final class ReplyRecord implements Reply {
    /** Bytes before the payload. */
    static final int HEAD_LENGTH = 56;

    private static final int SESSION = 0;
    private static final int SEQUENCE = 8;
    private static final int INDEX = 16;
    private static final int TERM = 24;
    private static final int EPOCH = 32;
    private static final int OUTCOME = 40;
    private static final int CODE = 44;
    private static final int COMMITTED = 48;

    private final UnsafeBuffer payload = new UnsafeBuffer(0, 0);
    private Outcome outcome = Outcome.UNKNOWN;
    private int code;
    private long index;
    private long term;
    private long epoch;
    private Ack reached = Ack.NONE;

    static void writeHead(
            MutableDirectBuffer buffer,
            int at,
            long session,
            long sequence,
            FramePlace place,
            Outcome outcome,
            int code) {
        buffer.putLong(at + SESSION, session);
        buffer.putLong(at + SEQUENCE, sequence);
        buffer.putLong(at + INDEX, place.index);
        buffer.putLong(at + TERM, place.term);
        buffer.putLong(at + EPOCH, place.epoch);
        buffer.putInt(at + OUTCOME, outcome.code());
        buffer.putInt(at + CODE, code);
        buffer.putInt(at + COMMITTED, place.isCommitted ? 1 : 0);
    }

    static long session(DirectBuffer buffer, int at) {
        return buffer.getLong(at + SESSION);
    }

    static long sequence(DirectBuffer buffer, int at) {
        return buffer.getLong(at + SEQUENCE);
    }

    /** @return whether the command was known to be committed when it was applied */
    static boolean isCommitted(DirectBuffer buffer, int at) {
        return buffer.getInt(at + COMMITTED) != 0;
    }

    static long index(DirectBuffer buffer, int at) {
        return buffer.getLong(at + INDEX);
    }

    ReplyRecord show(DirectBuffer buffer, int at, int length, Ack level) {
        outcome = Outcome.of(buffer.getInt(at + OUTCOME));
        code = buffer.getInt(at + CODE);
        index = buffer.getLong(at + INDEX);
        term = buffer.getLong(at + TERM);
        epoch = buffer.getLong(at + EPOCH);
        reached = level;
        payload.wrap(buffer, at + HEAD_LENGTH, length - HEAD_LENGTH);
        return this;
    }

    ReplyRecord showBare(Outcome what, FramePlace place, Ack level) {
        outcome = what;
        code = 0;
        index = place.index;
        term = place.term;
        epoch = place.epoch;
        reached = level;
        payload.wrap(0, 0);
        return this;
    }

    @Override
    public Outcome outcome() {
        return outcome;
    }

    @Override
    public int code() {
        return code;
    }

    @Override
    public DirectBuffer payload() {
        return payload;
    }

    @Override
    public long index() {
        return index;
    }

    @Override
    public long term() {
        return term;
    }

    @Override
    public Ack reached() {
        return reached;
    }

    @Override
    public Position position() {
        return new Position(index, term, epoch);
    }

    @Override
    public Reply putByte(byte value) {
        throw readOnly();
    }

    @Override
    public Reply putInt(int value) {
        throw readOnly();
    }

    @Override
    public Reply putLong(long value) {
        throw readOnly();
    }

    @Override
    public Reply putBytes(DirectBuffer source, int offset, int length) {
        throw readOnly();
    }

    @Override
    public void reject(int reason) {
        throw readOnly();
    }

    static IllegalStateException readOnly() {
        return new IllegalStateException("a reply that was received can only be read");
    }
}
