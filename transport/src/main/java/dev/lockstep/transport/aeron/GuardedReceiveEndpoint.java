package dev.lockstep.transport.aeron;

import dev.lockstep.transport.Stream;
import dev.lockstep.transport.TransportSettings;
import io.aeron.driver.Configuration;
import io.aeron.driver.DataPacketDispatcher;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.media.ReceiveChannelEndpoint;
import io.aeron.driver.media.UdpChannel;
import io.aeron.logbuffer.FrameDescriptor;
import io.aeron.protocol.DataHeaderFlyweight;
import io.aeron.protocol.HeaderFlyweight;
import io.aeron.protocol.SetupFlyweight;
import java.net.InetSocketAddress;
import org.agrona.BitUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;

/**
 * Looks at each datagram before Aeron acts on it. Aeron believes what a datagram says of itself: how long its frames
 * are, and how much memory a new stream is to have here. What does not fit is dropped. Belongs to the driver's thread.
 */
final class GuardedReceiveEndpoint extends ReceiveChannelEndpoint {
    private final TransportSettings settings;
    private final DatagramFilter filter;

    GuardedReceiveEndpoint(
            UdpChannel udpChannel,
            DataPacketDispatcher dispatcher,
            AtomicCounter statusIndicator,
            MediaDriver.Context context,
            TransportSettings settings,
            DatagramFilter filter) {
        super(udpChannel, dispatcher, statusIndicator, context);
        this.settings = settings;
        this.filter = filter;
    }

    @Override
    public int onDataPacket(
            DataHeaderFlyweight header,
            UnsafeBuffer buffer,
            int length,
            InetSocketAddress srcAddress,
            int transportIndex) {
        if (!areFramesSound(header, buffer, length) || !filter.accepts(header.sessionId(), false)) {
            return 0;
        }
        return super.onDataPacket(header, buffer, length, srcAddress, transportIndex);
    }

    /** Frames must fill the datagram exactly; only padding, which comes alone, may claim more than it brings. */
    private boolean areFramesSound(DataHeaderFlyweight header, UnsafeBuffer buffer, int length) {
        Stream stream = StreamIds.streamOf(header.streamId());
        int termOffset = header.termOffset();
        if (stream == null || termOffset < 0 || (termOffset & (FrameDescriptor.FRAME_ALIGNMENT - 1)) != 0) {
            return false;
        }
        int termBytes = settings.termBytes(stream);
        int at = 0;
        while (at < length) {
            if (length - at < DataHeaderFlyweight.HEADER_LENGTH) {
                return false;
            }
            int frameLength = FrameDescriptor.frameLength(buffer, at);
            if (frameLength == 0) {
                return at == 0 && length == DataHeaderFlyweight.HEADER_LENGTH && termOffset <= termBytes; // a heartbeat
            }
            if (frameLength < DataHeaderFlyweight.HEADER_LENGTH || frameLength > termBytes - termOffset - at) {
                return false;
            }
            if (FrameDescriptor.frameType(buffer, at) == HeaderFlyweight.HDR_TYPE_PAD) {
                return at + DataHeaderFlyweight.HEADER_LENGTH == length;
            }
            at += BitUtil.align(frameLength, FrameDescriptor.FRAME_ALIGNMENT);
        }
        return at == length;
    }

    @Override
    public void onSetupMessage(
            SetupFlyweight header, UnsafeBuffer buffer, int length, InetSocketAddress srcAddress, int transportIndex) {
        if (isSetupSound(header, length) && filter.accepts(header.sessionId(), false)) {
            super.onSetupMessage(header, buffer, length, srcAddress, transportIndex);
        }
    }

    private boolean isSetupSound(SetupFlyweight header, int length) {
        Stream stream = length >= SetupFlyweight.HEADER_LENGTH ? StreamIds.streamOf(header.streamId()) : null;
        return stream != null
                && header.termLength() == settings.termBytes(stream)
                && header.mtuLength() >= DataHeaderFlyweight.HEADER_LENGTH
                && header.mtuLength() <= Configuration.MAX_UDP_PAYLOAD_LENGTH
                && (header.mtuLength() & (FrameDescriptor.FRAME_ALIGNMENT - 1)) == 0
                && header.termOffset() >= 0
                && header.termOffset() <= header.termLength()
                && (header.termOffset() & (FrameDescriptor.FRAME_ALIGNMENT - 1)) == 0
                && header.activeTermId() - header.initialTermId() >= 0;
    }
}
