package dev.lockstep.transport.aeron;

import io.aeron.logbuffer.FrameDescriptor;
import io.aeron.protocol.DataHeaderFlyweight;
import io.aeron.protocol.HeaderFlyweight;
import java.nio.ByteOrder;
import org.agrona.BitUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What a datagram of frames must look like to be put into a term as it is, which is what Aeron does with it: each frame
 * where the one before it ends, all of one term, and nothing past the end of the term or of the datagram.
 */
final class DataFrames {
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final int UNALIGNED = FrameDescriptor.FRAME_ALIGNMENT - 1;

    private DataFrames() {}

    static int streamId(UnsafeBuffer datagram) {
        return datagram.getInt(DataHeaderFlyweight.STREAM_ID_FIELD_OFFSET, ORDER);
    }

    static int sessionId(UnsafeBuffer datagram) {
        return datagram.getInt(DataHeaderFlyweight.SESSION_ID_FIELD_OFFSET, ORDER);
    }

    private static int termId(UnsafeBuffer datagram, int at) {
        return datagram.getInt(at + DataHeaderFlyweight.TERM_ID_FIELD_OFFSET, ORDER);
    }

    private static int termOffset(UnsafeBuffer datagram, int at) {
        return datagram.getInt(at + DataHeaderFlyweight.TERM_OFFSET_FIELD_OFFSET, ORDER);
    }

    /** Frames must fill the datagram exactly; only padding, which comes last, may claim more than it brings. */
    static boolean areSound(UnsafeBuffer datagram, int length, int termBytes) {
        if (length < DataHeaderFlyweight.HEADER_LENGTH) {
            return false;
        }
        int termOffset = termOffset(datagram, 0);
        if (termOffset < 0 || (termOffset & UNALIGNED) != 0 || termOffset > termBytes) {
            return false;
        }
        int at = 0;
        while (at < length) {
            if (length - at < DataHeaderFlyweight.HEADER_LENGTH) {
                return false;
            }
            int frameLength = FrameDescriptor.frameLength(datagram, at);
            if (frameLength == 0) {
                return at == 0 && length == DataHeaderFlyweight.HEADER_LENGTH; // a heartbeat
            }
            if (frameLength < DataHeaderFlyweight.HEADER_LENGTH || frameLength > termBytes - termOffset - at) {
                return false;
            }
            if (at != 0 && !continues(datagram, at, termOffset)) {
                return false;
            }
            int type = FrameDescriptor.frameType(datagram, at);
            if (type == HeaderFlyweight.HDR_TYPE_PAD) {
                return at + DataHeaderFlyweight.HEADER_LENGTH == length;
            }
            if (type != HeaderFlyweight.HDR_TYPE_DATA) {
                return false;
            }
            at += BitUtil.align(frameLength, FrameDescriptor.FRAME_ALIGNMENT);
        }
        return at == length;
    }

    private static boolean continues(UnsafeBuffer datagram, int at, int termOffset) {
        return datagram.getByte(at + HeaderFlyweight.VERSION_FIELD_OFFSET) == HeaderFlyweight.CURRENT_VERSION
                && termOffset(datagram, at) == termOffset + at
                && termId(datagram, at) == termId(datagram, 0)
                && datagram.getInt(at + DataHeaderFlyweight.SESSION_ID_FIELD_OFFSET, ORDER) == sessionId(datagram)
                && datagram.getInt(at + DataHeaderFlyweight.STREAM_ID_FIELD_OFFSET, ORDER) == streamId(datagram);
    }
}
