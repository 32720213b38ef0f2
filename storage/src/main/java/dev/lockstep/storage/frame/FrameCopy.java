package dev.lockstep.storage.frame;

import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.sbe.FrameHeaderEncoder;
import java.nio.ByteBuffer;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Copies frames, one after another, to where they follow other frames than they were made to follow, or lack their last
 * commands: then they are sealed anew. Only for a log that nobody else has. Owned by one thread.
 */
public final class FrameCopy {
    private final Checksum checksum = new Checksum();
    private final FrameHeaderEncoder header = new FrameHeaderEncoder();
    private final Frame frame = new Frame();
    private UnsafeBuffer buffer = allocate(Frame.HEADER_LENGTH);
    private int length;

    private static UnsafeBuffer allocate(int capacity) {
        ByteBuffer bytes = BufferUtil.allocateDirectAligned(capacity, BitUtil.CACHE_LINE_LENGTH);
        return new UnsafeBuffer(bytes);
    }

    /**
     * @param source a verified frame; its cursor is moved
     * @param lastIndex the last index to be copied, one of the frame's
     * @param previousCrc the checksum of the frame that the copy follows
     * @return the copy, sealed, until the next call
     */
    public Frame copy(Frame source, long lastIndex, int previousCrc) {
        Invariant.check(
                lastIndex >= source.firstIndex() && lastIndex <= source.lastIndex(),
                "a frame is cut outside of itself",
                source.lastIndex(),
                lastIndex);
        length = lastIndex == source.lastIndex() ? source.length() : lengthUntil(source, lastIndex);
        if (length > buffer.capacity()) {
            buffer = allocate(BitUtil.findNextPositivePowerOfTwo(length));
        }
        buffer.putBytes(0, source.buffer(), source.offset(), length);
        int commands = source.commandCount() == 0 ? 0 : (int) (lastIndex - source.firstIndex() + 1);
        header.wrap(buffer, Envelope.BLOCK_OFFSET).previousCrc(previousCrc).commandCount(commands);
        Envelope.seal(checksum, buffer, 0, length);
        return frame.wrap(buffer, 0);
    }

    private static int lengthUntil(Frame source, long lastIndex) {
        source.moveBefore(lastIndex);
        source.nextCommand();
        int entry = source.commandOffset() - Frame.COMMAND_LENGTH_BYTES - source.offset();
        return entry + Frame.entryLength(source.commandLength());
    }
}
