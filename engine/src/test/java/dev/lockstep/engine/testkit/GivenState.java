package dev.lockstep.engine.testkit;

import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.SnapshotInput;
import dev.lockstep.engine.SnapshotOutput;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;

/** A state in memory, as a state machine saves and loads it. */
final class GivenState implements SnapshotOutput, SnapshotInput {
    private final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
    private final int version;
    private int written;
    private int read;

    GivenState(byte[] bytes, int version) {
        this.version = version;
        buffer.putBytes(0, bytes);
        written = bytes.length;
    }

    byte[] bytes() {
        byte[] bytes = new byte[written];
        buffer.getBytes(0, bytes);
        return bytes;
    }

    int left() {
        return written - read;
    }

    @Override
    public void putByte(byte value) {
        buffer.putByte(written, value);
        written += Byte.BYTES;
    }

    @Override
    public void putInt(int value) {
        buffer.putInt(written, value, ByteOrder.LITTLE_ENDIAN);
        written += Integer.BYTES;
    }

    @Override
    public void putLong(long value) {
        buffer.putLong(written, value, ByteOrder.LITTLE_ENDIAN);
        written += Long.BYTES;
    }

    @Override
    public void putBytes(DirectBuffer source, int offset, int length) {
        buffer.putBytes(written, source, offset, length);
        written += length;
    }

    private int take(int length) {
        if (length > left()) {
            throw new EngineException.BadSnapshot(
                    "load asks for " + length + " bytes at " + read + ", and save wrote " + written);
        }
        int at = read;
        read += length;
        return at;
    }

    @Override
    public int version() {
        return version;
    }

    @Override
    public byte getByte() {
        return buffer.getByte(take(Byte.BYTES));
    }

    @Override
    public int getInt() {
        return buffer.getInt(take(Integer.BYTES), ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public long getLong() {
        return buffer.getLong(take(Long.BYTES), ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public void getBytes(MutableDirectBuffer target, int offset, int length) {
        target.putBytes(offset, buffer, take(length), length);
    }

    @Override
    public boolean isAtEnd() {
        return left() == 0;
    }
}
