package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.Ack;
import dev.lockstep.engine.Outcome;
import dev.lockstep.engine.Position;
import dev.lockstep.engine.Reply;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** The reply that a state machine writes. Owned by the applier's thread, and used again for each command. */
final class WrittenReply implements Reply {
    private final FramePlace place;
    private final UnsafeBuffer bytes;
    private final UnsafeBuffer payload = new UnsafeBuffer(0, 0);
    private Outcome outcome = Outcome.APPLIED;
    private int code;
    private int length;

    WrittenReply(FramePlace place, int maxReplyBytes) {
        this.place = place;
        this.bytes = new UnsafeBuffer(new byte[maxReplyBytes]);
    }

    void begin() {
        outcome = Outcome.APPLIED;
        code = 0;
        length = 0;
    }

    void begin(Outcome what) {
        begin();
        outcome = what;
    }

    /** Says again what was said before. */
    void show(Outcome what, int reason, DirectBuffer source, int offset, int count) {
        begin(what);
        code = reason;
        putBytes(source, offset, count);
    }

    private int claim(int more) {
        if (length + more > bytes.capacity()) {
            throw new IllegalArgumentException("the reply to the command at index " + place.index + " has " + length
                    + " bytes, and " + more + " more do not fit " + bytes.capacity()
                    + ", the most that a reply may have: answer with"
                    + " less");
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
        payload.wrap(bytes, 0, length);
        return payload;
    }

    @Override
    public long index() {
        return place.index;
    }

    @Override
    public long term() {
        return place.term;
    }

    @Override
    public Ack reached() {
        return Ack.NONE;
    }

    @Override
    public Position position() {
        return new Position(place.index, place.term, place.epoch);
    }

    DirectBuffer bytes() {
        return bytes;
    }

    int length() {
        return length;
    }
}
