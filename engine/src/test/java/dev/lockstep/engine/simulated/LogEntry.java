package dev.lockstep.engine.simulated;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.frame.Frame;
import org.agrona.concurrent.UnsafeBuffer;

/** One frame on a simulated disk, and its name; nobody changes it. Equal only to itself. */
final class LogEntry {
    private final UnsafeBuffer bytes;
    private final long firstIndex;
    private final FrameRef ref;
    private final boolean isDamaged;

    private LogEntry(byte[] bytes, long firstIndex, FrameRef ref, boolean isDamaged) {
        this.bytes = new UnsafeBuffer(bytes);
        this.firstIndex = firstIndex;
        this.ref = ref;
        this.isDamaged = isDamaged;
    }

    /** @return a copy of a frame that was verified */
    static LogEntry of(Frame frame) {
        byte[] copy = new byte[frame.length()];
        frame.buffer().getBytes(frame.offset(), copy);
        return new LogEntry(copy, frame.firstIndex(), frame.ref(), false);
    }

    /** @return the same frame with one bit that is not as it was written */
    LogEntry withFlippedBit(int bit) {
        byte[] copy = bytes.byteArray().clone();
        copy[bit >>> 3] ^= (byte) (1 << (bit & 7));
        return new LogEntry(copy, firstIndex, ref, true);
    }

    UnsafeBuffer bytes() {
        return bytes;
    }

    int length() {
        return bytes.capacity();
    }

    long firstIndex() {
        return firstIndex;
    }

    /** @return the name under which it was written, whatever the bytes say by now */
    FrameRef ref() {
        return ref;
    }

    long lastIndex() {
        return ref.index();
    }

    boolean isDamaged() {
        return isDamaged;
    }
}
