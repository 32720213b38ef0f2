package dev.lockstep.storage.frame;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.sbe.FrameHeaderDecoder;
import dev.lockstep.storage.sbe.MessageHeaderDecoder;
import java.nio.ByteOrder;
import org.agrona.BitUtil;
import org.agrona.DirectBuffer;

/**
 * Reads one frame where it lies, without copying. Owned by one thread; valid only as long as the memory under it.
 *
 * <p>Bytes that come from outside must pass {@link #verify} before anything else is asked of them. The commands are
 * walked with a cursor that stays where it is between calls, so a reader may stop inside a frame and go on later.
 */
public final class Frame {
    /** Bytes before the first command, in a frame made by this version. */
    public static final int HEADER_LENGTH = Envelope.BLOCK_OFFSET + FrameHeaderDecoder.BLOCK_LENGTH;

    static final int COMMAND_LENGTH_BYTES = Integer.BYTES;

    private final MessageHeaderDecoder messageHeader = new MessageHeaderDecoder();
    private final FrameHeaderDecoder header = new FrameHeaderDecoder();
    private DirectBuffer buffer;
    private int offset;
    private int length;
    private int commandsOffset;
    private int nextEntry;
    private int commandOffset;
    private int commandLength;
    private long commandIndex;

    static int entryLength(int commandLength) {
        return BitUtil.align(COMMAND_LENGTH_BYTES + commandLength, Integer.BYTES);
    }

    static long lastIndex(long firstIndex, int commandCount) {
        return firstIndex + Math.max(1, commandCount) - 1;
    }

    /**
     * @param commandLength a command's length
     * @return the length of a frame that carries only this command
     */
    public static int lengthOfOne(int commandLength) {
        return HEADER_LENGTH + entryLength(commandLength);
    }

    /**
     * Looks at a frame; checks nothing.
     *
     * @param frameBuffer where it is
     * @param frameOffset its first byte
     * @return this
     */
    public Frame wrap(DirectBuffer frameBuffer, int frameOffset) {
        buffer = frameBuffer;
        offset = frameOffset;
        length = Envelope.length(frameBuffer, frameOffset);
        messageHeader.wrap(frameBuffer, frameOffset + Envelope.LENGTH);
        int blockLength = messageHeader.blockLength();
        header.wrap(frameBuffer, frameOffset + Envelope.BLOCK_OFFSET, blockLength, messageHeader.version());
        commandsOffset = frameOffset + Envelope.BLOCK_OFFSET + blockLength;
        rewind();
        return this;
    }

    /**
     * The one check of a frame's own soundness: length, checksum, format, position and commands. On success this
     * flyweight looks at the frame.
     *
     * @param checksum the calling thread's
     * @param frameBuffer where the frame should be
     * @param frameOffset its first byte
     * @param available bytes that may be read from there
     * @return {@link FrameDefect#NONE}, or what is wrong
     */
    public FrameDefect verify(Checksum checksum, DirectBuffer frameBuffer, int frameOffset, int available) {
        FrameDefect defect = Envelope.check(checksum, frameBuffer, frameOffset, available);
        if (defect != FrameDefect.NONE) {
            return defect;
        }
        wrap(frameBuffer, frameOffset);
        if (messageHeader.schemaId() != FrameHeaderDecoder.SCHEMA_ID
                || messageHeader.templateId() != FrameHeaderDecoder.TEMPLATE_ID) {
            return FrameDefect.NOT_A_FRAME;
        }
        if (messageHeader.blockLength() < FrameHeaderDecoder.BLOCK_LENGTH) {
            return FrameDefect.UNKNOWN_VERSION;
        }
        if (commandsOffset > offset + length) {
            return FrameDefect.BAD_LENGTH;
        }
        if (type() == null) {
            return FrameDefect.UNKNOWN_TYPE;
        }
        if (firstIndex() < 1 || term() < 1) {
            return FrameDefect.BAD_POSITION;
        }
        return commandsAddUp() ? FrameDefect.NONE : FrameDefect.BAD_COMMANDS;
    }

    private boolean commandsAddUp() {
        int end = offset + length;
        int at = commandsOffset;
        int count = commandCount();
        for (int i = 0; i < count; i++) {
            if (end - at < COMMAND_LENGTH_BYTES) {
                return false;
            }
            int next = buffer.getInt(at, ByteOrder.LITTLE_ENDIAN);
            if (next < 0 || next > end - at - COMMAND_LENGTH_BYTES) {
                return false;
            }
            at += entryLength(next);
        }
        return count >= 0 && at == end;
    }

    /**
     * Whether this frame continues the log behind another one.
     *
     * @param previousIndex the other's last index
     * @param previousTerm its term
     * @param previousCrc its checksum
     * @return {@link FrameDefect#NONE}, or what is wrong
     */
    public FrameDefect follows(long previousIndex, long previousTerm, int previousCrc) {
        if (firstIndex() != previousIndex + 1) {
            return FrameDefect.WRONG_INDEX;
        }
        if (term() < previousTerm) {
            return FrameDefect.WRONG_TERM;
        }
        return previousCrc() == previousCrc ? FrameDefect.NONE : FrameDefect.BROKEN_CHAIN;
    }

    /** @return where the frame is */
    public DirectBuffer buffer() {
        return buffer;
    }

    /** @return its first byte there */
    public int offset() {
        return offset;
    }

    /** @return its whole length */
    public int length() {
        return length;
    }

    /** @return its checksum */
    public int crc() {
        return Envelope.crc(buffer, offset);
    }

    /** @return what it carries; null if this version does not know the type */
    public FrameType type() {
        return FrameType.of(header.frameType());
    }

    /** @return the term of the primary that made it */
    public long term() {
        return header.term();
    }

    /** @return its first index */
    public long firstIndex() {
        return header.firstIndex();
    }

    /** @return its last index; that of a frame without commands is its first */
    public long lastIndex() {
        return lastIndex(header.firstIndex(), header.commandCount());
    }

    /** @return the commands that it carries */
    public int commandCount() {
        return header.commandCount();
    }

    /** @return the cluster's time at this frame */
    public long clusterTimeNs() {
        return header.clusterTimeNs();
    }

    /** @return the checksum of the frame that it follows */
    public int previousCrc() {
        return header.previousCrc();
    }

    /** @return the state-machine version that is active for it */
    public int stateMachineVersion() {
        return header.stateMachineVersion();
    }

    /** @return the replication group */
    public int group() {
        return header.group();
    }

    /** @return the engine's bits */
    public int flags() {
        return header.flags();
    }

    /** @return the frame as a name; allocates */
    public FrameRef ref() {
        return new FrameRef(lastIndex(), term(), crc());
    }

    /** Puts the cursor before the first command. */
    public void rewind() {
        nextEntry = commandsOffset;
        commandOffset = 0;
        commandLength = 0;
        commandIndex = 0;
    }

    /**
     * Moves the cursor to the next command.
     *
     * @return false if there is none
     */
    public boolean nextCommand() {
        if (nextEntry >= offset + length) {
            return false;
        }
        commandIndex = commandIndex == 0 ? header.firstIndex() : commandIndex + 1;
        commandLength = buffer.getInt(nextEntry, ByteOrder.LITTLE_ENDIAN);
        commandOffset = nextEntry + COMMAND_LENGTH_BYTES;
        nextEntry += entryLength(commandLength);
        return true;
    }

    /**
     * Puts the cursor so that {@link #nextCommand} gives the command at an index.
     *
     * @param index an index within the frame
     */
    public void moveBefore(long index) {
        rewind();
        for (long at = header.firstIndex(); at < index; at++) {
            nextCommand();
        }
    }

    /** @return the index of the command under the cursor */
    public long commandIndex() {
        return commandIndex;
    }

    /** @return where the command under the cursor starts, in {@link #buffer} */
    public int commandOffset() {
        return commandOffset;
    }

    /** @return its length */
    public int commandLength() {
        return commandLength;
    }

    @Override
    public String toString() {
        return type() + " frame " + firstIndex() + ".." + lastIndex() + " term " + term() + " crc "
                + String.format("%08x", crc());
    }
}
