package dev.lockstep.storage.testing;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.frame.FrameEncoder;
import dev.lockstep.storage.frame.FrameType;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Makes frames that continue one another. A command's bytes follow from its index and the frame's term, so a reader can
 * tell whether it got the right ones.
 */
public final class FrameMaker {
    private final FrameEncoder encoder;
    private final UnsafeBuffer command;
    private long index;
    private long term = 1;
    private int crc;

    public FrameMaker(int maxCommandBytes) {
        encoder = new FrameEncoder(2 * maxCommandBytes, maxCommandBytes);
        command = new UnsafeBuffer(new byte[maxCommandBytes]);
    }

    public FrameMaker() {
        this(64 * 1024);
    }

    /** Goes on behind a frame. */
    public FrameMaker after(FrameRef last) {
        index = last.index();
        crc = last.crc();
        term = Math.max(term, last.term());
        return this;
    }

    public FrameMaker term(long newTerm) {
        term = newTerm;
        return this;
    }

    /** Makes the next frame, with a count of commands of one length. */
    public FrameMaker next(int commandCount, int commandLength) {
        encoder.start(commandCount == 0 ? FrameType.NO_OP : FrameType.COMMANDS)
                .term(term)
                .after(index, crc)
                .clusterTimeNs(index * 1000)
                .stateMachineVersion(1);
        for (int i = 0; i < commandCount; i++) {
            fill(command, index + 1 + i, term, commandLength);
            encoder.add(command, 0, commandLength);
        }
        encoder.seal();
        index = encoder.lastIndex();
        crc = encoder.crc();
        return this;
    }

    /** What the command at an index of a term looks like. */
    public static void fill(UnsafeBuffer buffer, long index, long term, int length) {
        for (int i = 0; i < length; i++) {
            buffer.putByte(i, (byte) (index * 31 + term * 17 + i));
        }
    }

    public UnsafeBuffer buffer() {
        return encoder.buffer();
    }

    public int length() {
        return encoder.length();
    }

    /** @return the frame last made */
    public FrameRef ref() {
        return new FrameRef(index, term, crc);
    }
}
