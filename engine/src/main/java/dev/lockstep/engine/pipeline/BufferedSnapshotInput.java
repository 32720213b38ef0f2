package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.SnapshotInput;
import dev.lockstep.storage.Invariant;
import java.nio.ByteOrder;
import org.agrona.MutableDirectBuffer;

/**
 * Gives the pieces of a state out of a small buffer, so that its size does not matter. Little-endian, as
 * {@link BufferedSnapshotOutput} puts them. Owned by one thread at a time.
 */
final class BufferedSnapshotInput implements SnapshotInput {
    private final ByteSource source;
    private final MutableDirectBuffer buffer;
    private final int version;
    private int position;
    private int end;

    /**
     * @param source where all of it comes from
     * @param buffer used as long as this is; takes a number at least
     * @param version that was active when it was saved
     */
    BufferedSnapshotInput(ByteSource source, MutableDirectBuffer buffer, int version) {
        Invariant.check(buffer.capacity() >= Long.BYTES, "a buffer that takes no number");
        this.source = source;
        this.buffer = buffer;
        this.version = version;
    }

    @Override
    public int version() {
        return version;
    }

    @Override
    public byte getByte() {
        gather(Byte.BYTES);
        byte value = buffer.getByte(position);
        position += Byte.BYTES;
        return value;
    }

    @Override
    public int getInt() {
        gather(Integer.BYTES);
        int value = buffer.getInt(position, ByteOrder.LITTLE_ENDIAN);
        position += Integer.BYTES;
        return value;
    }

    @Override
    public long getLong() {
        gather(Long.BYTES);
        long value = buffer.getLong(position, ByteOrder.LITTLE_ENDIAN);
        position += Long.BYTES;
        return value;
    }

    @Override
    public void getBytes(MutableDirectBuffer target, int offset, int length) {
        target.boundsCheck(offset, length);
        int done = Math.min(length, end - position);
        target.putBytes(offset, buffer, position, done);
        position += done;
        while (done < length) {
            int read = source.read(target, offset + done, length - done);
            if (read == ByteSource.END) {
                throw tooMuch(length, done);
            }
            Invariant.check(read > 0, "a state that has not ended gave nothing");
            done += read;
        }
    }

    @Override
    public boolean isAtEnd() {
        return position == end && !refill();
    }

    /** Has a number's bytes in one piece. */
    private void gather(int length) {
        while (end - position < length) {
            if (!refill()) {
                throw tooMuch(length, end - position);
            }
        }
    }

    /** @return false if nothing is left */
    private boolean refill() {
        int left = end - position;
        buffer.putBytes(0, buffer, position, left);
        position = 0;
        end = left;
        int read = source.read(buffer, end, buffer.capacity() - end);
        if (read == ByteSource.END) {
            return false;
        }
        Invariant.check(read > 0, "a state that has not ended gave nothing");
        end += read;
        return true;
    }

    private static EngineException.BadSnapshot tooMuch(int wanted, int left) {
        return new EngineException.BadSnapshot("more is read than was put: " + wanted + " bytes are asked for, and "
                + left + " are left; load must read what save puts, in the same order");
    }
}
