package dev.lockstep.transport.aeron;

import dev.lockstep.transport.Claim;
import io.aeron.logbuffer.BufferClaim;
import org.agrona.MutableDirectBuffer;

/** Room in a publication's term buffer. */
final class AeronClaim implements Claim {
    final BufferClaim room = new BufferClaim();

    @Override
    public MutableDirectBuffer buffer() {
        return room.buffer();
    }

    @Override
    public int offset() {
        return room.offset();
    }

    @Override
    public int length() {
        return room.length();
    }

    @Override
    public void commit() {
        room.commit();
    }

    @Override
    public void abort() {
        room.abort();
    }
}
