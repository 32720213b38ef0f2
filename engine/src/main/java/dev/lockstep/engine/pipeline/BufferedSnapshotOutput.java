package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.SnapshotOutput;
import dev.lockstep.storage.Invariant;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Gathers the pieces of a state in a small buffer, so that its size does not matter, and numbers do not go to the device
 * one by one. Little-endian on every machine. Owned by one thread at a time.
 */
final class BufferedSnapshotOutput implements SnapshotOutput {
    private final ByteSink sink;
    private final MutableDirectBuffer buffer;
    private int length;

    /**
     * @param sink where all of it goes
     * @param buffer used until {@link #flush}; takes a number at least
     */
    BufferedSnapshotOutput(ByteSink sink, MutableDirectBuffer buffer) {
        Invariant.check(buffer.capacity() >= Long.BYTES, "a buffer that takes no number");
        this.sink = sink;
        this.buffer = buffer;
    }

    @Override
    public void putByte(byte value) {
        makeRoom(Byte.BYTES);
        buffer.putByte(length, value);
        length += Byte.BYTES;
    }

    @Override
    public void putInt(int value) {
        makeRoom(Integer.BYTES);
        buffer.putInt(length, value, ByteOrder.LITTLE_ENDIAN);
        length += Integer.BYTES;
    }

    @Override
    public void putLong(long value) {
        makeRoom(Long.BYTES);
        buffer.putLong(length, value, ByteOrder.LITTLE_ENDIAN);
        length += Long.BYTES;
    }

    @Override
    public void putBytes(DirectBuffer source, int offset, int bytes) {
        source.boundsCheck(offset, bytes);
        makeRoom(bytes);
        if (bytes > buffer.capacity()) {
            sink.write(source, offset, bytes);
        } else {
            buffer.putBytes(length, source, offset, bytes);
            length += bytes;
        }
    }

    private void makeRoom(int bytes) {
        sink.check();
        if (bytes > buffer.capacity() - length) {
            flush();
        }
    }

    /** Hands on what has gathered; to be called after the last piece. */
    void flush() {
        if (length > 0) {
            int gathered = length;
            length = 0;
            sink.write(buffer, 0, gathered);
        }
    }
}
