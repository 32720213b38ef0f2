package dev.lockstep.storage.orphans;

import dev.lockstep.storage.frame.Checksum;
import dev.lockstep.storage.frame.Envelope;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.frame.FrameDefect;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.agrona.concurrent.UnsafeBuffer;

/** Reads a file of orphans frame by frame. Owned by one thread. */
final class OrphanFile implements AutoCloseable {
    private static final int END_OF_FILE = -1;
    private static final int FIRST_ROOM_BYTES = 64 * 1024;

    private final FileChannel channel;
    private final long length;
    private final Checksum checksum = new Checksum();
    private final Frame frame = new Frame();
    private ByteBuffer bytes = ByteBuffer.allocate(FIRST_ROOM_BYTES);
    private final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
    private long position;

    OrphanFile(Path file) throws IOException {
        channel = FileChannel.open(file, StandardOpenOption.READ);
        length = channel.size();
    }

    boolean isAtEnd() {
        return position == length;
    }

    /** @return behind the last sound frame */
    long position() {
        return position;
    }

    /** @return the frame that was found sound */
    Frame frame() {
        return frame;
    }

    /** Looks at the next frame, and goes behind it if it is sound. */
    FrameDefect next() throws IOException {
        long remaining = length - position;
        int available = (int) Math.min(remaining, Frame.HEADER_LENGTH);
        load(available);
        if (available == Frame.HEADER_LENGTH) {
            int claimed = Envelope.length(buffer, 0);
            if (claimed > available && claimed <= remaining) {
                available = claimed;
                load(available);
            }
        }
        FrameDefect defect = frame.verify(checksum, buffer, 0, available);
        if (defect == FrameDefect.NONE) {
            position += frame.length();
        }
        return defect;
    }

    private void load(int wanted) throws IOException {
        if (wanted > bytes.capacity()) {
            bytes = ByteBuffer.allocate(wanted);
            buffer.wrap(bytes);
        }
        bytes.clear().limit(wanted);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, position + bytes.position()) == END_OF_FILE) {
                throw new EOFException("it has become shorter while it was read");
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
