package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.Ack;
import dev.lockstep.engine.Outcome;
import dev.lockstep.engine.Position;
import dev.lockstep.engine.Reply;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** A reply that was copied, to be kept by whoever holds a future. Immutable. */
record KeptReply(Outcome outcome, int code, UnsafeBuffer payload, Ack reached, Position position) implements Reply {
    static KeptReply of(Reply reply) {
        DirectBuffer payload = reply.payload();
        byte[] bytes = new byte[payload.capacity()];
        payload.getBytes(0, bytes);
        return new KeptReply(reply.outcome(), reply.code(), new UnsafeBuffer(bytes), reply.reached(), reply.position());
    }

    @Override
    public long index() {
        return position.index();
    }

    @Override
    public long term() {
        return position.term();
    }

    @Override
    public Reply putByte(byte value) {
        throw ReplyRecord.readOnly();
    }

    @Override
    public Reply putInt(int value) {
        throw ReplyRecord.readOnly();
    }

    @Override
    public Reply putLong(long value) {
        throw ReplyRecord.readOnly();
    }

    @Override
    public Reply putBytes(DirectBuffer source, int offset, int length) {
        throw ReplyRecord.readOnly();
    }

    @Override
    public void reject(int reason) {
        throw ReplyRecord.readOnly();
    }
}
