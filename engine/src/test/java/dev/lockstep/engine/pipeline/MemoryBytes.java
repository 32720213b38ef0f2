package dev.lockstep.engine.pipeline;

import java.io.ByteArrayOutputStream;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Bytes that were put, and are given back in parts of a length that a test sets. */
final class MemoryBytes implements ByteSink {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    int maxPart = Integer.MAX_VALUE;

    @Override
    public void write(DirectBuffer buffer, int offset, int length) {
        byte[] part = new byte[length];
        buffer.getBytes(offset, part);
        written.writeBytes(part);
    }

    byte[] toByteArray() {
        return written.toByteArray();
    }

    BufferedSnapshotOutput output(int bufferBytes) {
        return new BufferedSnapshotOutput(this, new UnsafeBuffer(new byte[bufferBytes]));
    }

    BufferedSnapshotInput input(int bufferBytes) {
        return input(toByteArray(), maxPart, bufferBytes);
    }

    static BufferedSnapshotInput input(byte[] bytes, int maxPart, int bufferBytes) {
        ByteSource source = new ByteSource() {
            private int done;

            @Override
            public int read(MutableDirectBuffer buffer, int offset, int length) {
                if (done == bytes.length) {
                    return END;
                }
                int taken = Math.min(Math.min(length, maxPart), bytes.length - done);
                buffer.putBytes(offset, bytes, done, taken);
                done += taken;
                return taken;
            }
        };
        return new BufferedSnapshotInput(source, new UnsafeBuffer(new byte[bufferBytes]), 3);
    }
}
