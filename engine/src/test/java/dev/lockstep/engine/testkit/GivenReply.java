package dev.lockstep.engine.testkit;

import dev.lockstep.engine.Ack;
import dev.lockstep.engine.Outcome;
import dev.lockstep.engine.Position;
import dev.lockstep.engine.Reply;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** The reply that a state machine gives to a tester. */
final class GivenReply implements Reply {
    private final ExpandableArrayBuffer bytes = new ExpandableArrayBuffer();
    private final long index;
    private final int maxBytes;
    private Outcome outcome = Outcome.APPLIED;
    private int code;
    private int length;
    private boolean isSealed;

    GivenReply(long index, int maxBytes) {
        this.index = index;
        this.maxBytes = maxBytes;
    }

    /** The call that may write it is over. */
    GivenReply sealed() {
        isSealed = true;
        return this;
    }

    private int claim(int more) {
        if (isSealed) {
            throw new IllegalStateException(
                    "the reply to command " + index + " is written after the call that it was for");
        }
        if (length + more > maxBytes) {
            throw new IllegalArgumentException(
                    "the reply to command " + index + " has " + length + " bytes, and " + more
                            + " more do not fit maxReplyBytes, which is " + maxBytes
                            + ", so that its submitter would not be told: raise it there and with withMaxReplyBytes, or"
                            + " answer with less");
        }
        int at = length;
        length += more;
        return at;
    }

    @Override
    public Reply putByte(byte value) {
        bytes.putByte(claim(Byte.BYTES), value);
        return this;
    }

    @Override
    public Reply putInt(int value) {
        bytes.putInt(claim(Integer.BYTES), value, ByteOrder.LITTLE_ENDIAN);
        return this;
    }

    @Override
    public Reply putLong(long value) {
        bytes.putLong(claim(Long.BYTES), value, ByteOrder.LITTLE_ENDIAN);
        return this;
    }

    @Override
    public Reply putBytes(DirectBuffer source, int offset, int count) {
        bytes.putBytes(claim(count), source, offset, count);
        return this;
    }

    @Override
    public void reject(int reason) {
        claim(0);
        outcome = Outcome.REJECTED;
        code = reason;
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
        return new UnsafeBuffer(bytes, 0, length);
    }

    @Override
    public long index() {
        return index;
    }

    @Override
    public long term() {
        return 1;
    }

    @Override
    public Ack reached() {
        return Ack.QUORUM_APPENDED;
    }

    @Override
    public Position position() {
        return new Position(index, 1, 1);
    }

    boolean isLike(GivenReply other) {
        return outcome == other.outcome && code == other.code && payload().equals(other.payload());
    }

    @Override
    public String toString() {
        return outcome + (code == 0 ? "" : " " + code) + " and " + length + " bytes";
    }
}
