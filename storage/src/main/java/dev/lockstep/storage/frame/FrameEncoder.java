package dev.lockstep.storage.frame;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.sbe.FrameHeaderEncoder;
import dev.lockstep.storage.sbe.MessageHeaderEncoder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Lays out one frame after another in a direct buffer of its own. Owned by the thread that sequences.
 *
 * <pre>{@code
 * encoder.start(FrameType.COMMANDS).term(7).after(4711, previousCrc).clusterTimeNs(now).stateMachineVersion(1);
 * while (encoder.fits(length)) {
 *     encoder.add(buffer, offset, length);
 * }
 * encoder.seal();
 * send(encoder.buffer(), 0, encoder.length());
 * }</pre>
 */
public final class FrameEncoder {
    private final int closeAtBytes;
    private final UnsafeBuffer buffer;
    private final MessageHeaderEncoder messageHeader = new MessageHeaderEncoder();
    private final FrameHeaderEncoder header = new FrameHeaderEncoder();
    private final Checksum checksum = new Checksum();
    private long firstIndex;
    private int commandCount;
    private int length;
    private int crc;

    /**
     * @param closeAtBytes the length at which a frame takes no further command
     * @param maxCommandBytes the longest command; alone it may make a frame longer than that
     */
    public FrameEncoder(int closeAtBytes, int maxCommandBytes) {
        if (closeAtBytes < Frame.HEADER_LENGTH) {
            throw new IllegalArgumentException(
                    "a frame needs at least " + Frame.HEADER_LENGTH + " bytes, closeAtBytes is " + closeAtBytes);
        }
        this.closeAtBytes = closeAtBytes;
        int capacity = Math.max(closeAtBytes, Frame.lengthOfOne(maxCommandBytes));
        ByteBuffer bytes = BufferUtil.allocateDirectAligned(capacity, BitUtil.CACHE_LINE_LENGTH);
        this.buffer = new UnsafeBuffer(bytes);
    }

    /**
     * Begins a new frame; what the buffer held is gone.
     *
     * @param type what it carries
     * @return this
     */
    public FrameEncoder start(FrameType type) {
        messageHeader
                .wrap(buffer, Envelope.LENGTH)
                .blockLength(FrameHeaderEncoder.BLOCK_LENGTH)
                .templateId(FrameHeaderEncoder.TEMPLATE_ID)
                .schemaId(FrameHeaderEncoder.SCHEMA_ID)
                .version(FrameHeaderEncoder.SCHEMA_VERSION);
        header.wrap(buffer, Envelope.BLOCK_OFFSET)
                .term(0)
                .firstIndex(0)
                .clusterTimeNs(0)
                .previousCrc(0)
                .stateMachineVersion(0)
                .group(0)
                .frameType(type.code())
                .flags((short) 0);
        firstIndex = 0;
        commandCount = 0;
        length = Frame.HEADER_LENGTH;
        crc = 0;
        return this;
    }

    /**
     * @param term the primary's term
     * @return this
     */
    public FrameEncoder term(long term) {
        header.term(term);
        return this;
    }

    /**
     * @param previousIndex the last index of the frame before this one
     * @param previousCrc its checksum
     * @return this
     */
    public FrameEncoder after(long previousIndex, int previousCrc) {
        firstIndex = previousIndex + 1;
        header.firstIndex(firstIndex).previousCrc(previousCrc);
        return this;
    }

    /**
     * @param previous the frame before this one
     * @return this
     */
    public FrameEncoder after(FrameRef previous) {
        return after(previous.index(), previous.crc());
    }

    /**
     * @param clusterTimeNs the cluster's time at this frame
     * @return this
     */
    public FrameEncoder clusterTimeNs(long clusterTimeNs) {
        header.clusterTimeNs(clusterTimeNs);
        return this;
    }

    /**
     * @param version the state-machine version that is active for this frame
     * @return this
     */
    public FrameEncoder stateMachineVersion(int version) {
        header.stateMachineVersion(version);
        return this;
    }

    /**
     * @param group the replication group
     * @return this
     */
    public FrameEncoder group(int group) {
        Invariant.check(group >= 0 && group <= 0xFFFF, "a replication group of more than sixteen bits");
        header.group(group);
        return this;
    }

    /**
     * @param flags bits for the engine's use
     * @return this
     */
    public FrameEncoder flags(int flags) {
        Invariant.check(flags >= 0 && flags <= 0xFF, "more than eight flags");
        header.flags((short) flags);
        return this;
    }

    /**
     * @param commandLength a command's length
     * @return whether the frame still takes it: the first always, further ones up to the length at which frames close
     */
    public boolean fits(int commandLength) {
        if (commandLength < 0 || commandLength > buffer.capacity() - Frame.HEADER_LENGTH) {
            return false;
        }
        int entryLength = Frame.entryLength(commandLength);
        return commandCount == 0 ? length + entryLength <= buffer.capacity() : length + entryLength <= closeAtBytes;
    }

    /**
     * Adds a command.
     *
     * @param source where it is
     * @param offset its first byte
     * @param commandLength its length; ask {@link #fits} first
     */
    public void add(DirectBuffer source, int offset, int commandLength) {
        int at = claim(commandLength);
        buffer.putBytes(at, source, offset, commandLength);
    }

    /**
     * Makes room for a command that the caller then writes into {@link #buffer}.
     *
     * @param commandLength its length; ask {@link #fits} first
     * @return where to write it
     */
    public int claim(int commandLength) {
        Invariant.check(fits(commandLength), "a command was added that does not fit the frame");
        int entry = length;
        int entryLength = Frame.entryLength(commandLength);
        // The padding is sealed too: leftovers of an older frame would make equal frames differ.
        buffer.putInt(entry + entryLength - Integer.BYTES, 0);
        buffer.putInt(entry, commandLength, ByteOrder.LITTLE_ENDIAN);
        length += entryLength;
        commandCount++;
        return entry + Frame.COMMAND_LENGTH_BYTES;
    }

    /** Completes the frame: it may be sent and appended from here on, and must not be changed. */
    public void seal() {
        Invariant.check(firstIndex > 0, "a frame was sealed without the index that it follows");
        header.commandCount(commandCount);
        crc = Envelope.seal(checksum, buffer, 0, length);
    }

    /** @return where the frame is, from offset 0 */
    public UnsafeBuffer buffer() {
        return buffer;
    }

    /** @return the frame's length so far */
    public int length() {
        return length;
    }

    /** @return the commands so far */
    public int commandCount() {
        return commandCount;
    }

    /** @return the checksum; only after {@link #seal} */
    public int crc() {
        return crc;
    }

    /** @return the last index that the frame occupies so far */
    public long lastIndex() {
        return Frame.lastIndex(firstIndex, commandCount);
    }
}
