package dev.lockstep.transport.aeron;

import dev.lockstep.transport.Stream;
import dev.lockstep.transport.link.Tag;
import io.aeron.LogBuffers;
import io.aeron.logbuffer.FrameDescriptor;
import io.aeron.logbuffer.LogBufferDescriptor;
import io.aeron.protocol.DataHeaderFlyweight;
import org.agrona.BitUtil;
import org.agrona.concurrent.UnsafeBuffer;

/** What is known of a live stream by whoever has heard it all: its ids, how far it has come, and the life of its link. */
final class LiveStream implements AutoCloseable {
    private final LogBuffers log;
    private final UnsafeBuffer[] terms;
    private final DataHeaderFlyweight header = new DataHeaderFlyweight();
    final Stream stream;
    final int session;
    final int initialTermId;
    int termId;
    /** Where the next frame will be. */
    int termOffset;

    long tag;

    LiveStream(LogBuffers log) {
        this.log = log;
        this.terms = log.duplicateTermBuffers();
        header.wrap(LogBufferDescriptor.defaultFrameHeader(log.metaDataBuffer()));
        stream = StreamIds.streamOf(header.streamId());
        session = header.sessionId();
        initialTermId = LogBufferDescriptor.initialTermId(log.metaDataBuffer());
    }

    /** Sees how far it is now. */
    void look() {
        int index = LogBufferDescriptor.indexByTermCount(LogBufferDescriptor.activeTermCount(log.metaDataBuffer()));
        long tail = LogBufferDescriptor.rawTail(log.metaDataBuffer(), index);
        termId = LogBufferDescriptor.termId(tail);
        termOffset = LogBufferDescriptor.termOffset(tail, log.termLength());
        int length;
        for (int at = 0; at < termOffset; at += BitUtil.align(length, FrameDescriptor.FRAME_ALIGNMENT)) {
            length = FrameDescriptor.frameLength(terms[index], at);
            header.wrap(terms[index], at, DataHeaderFlyweight.HEADER_LENGTH);
            if (Tag.isMessage(header.reservedValue())) {
                tag = header.reservedValue();
            }
        }
    }

    int bytesLeft() {
        return log.termLength() - termOffset;
    }

    @Override
    public void close() {
        log.close();
    }
}
