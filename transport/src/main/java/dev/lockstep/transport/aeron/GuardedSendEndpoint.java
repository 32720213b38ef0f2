package dev.lockstep.transport.aeron;

import io.aeron.driver.DriverConductorProxy;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.media.SendChannelEndpoint;
import io.aeron.driver.media.UdpChannel;
import io.aeron.protocol.NakFlyweight;
import io.aeron.protocol.RttMeasurementFlyweight;
import io.aeron.protocol.StatusMessageFlyweight;
import java.net.InetSocketAddress;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;

/**
 * Looks at what receivers send back before Aeron acts on it: a datagram shorter than what it says to be is dropped.
 * Belongs to the driver's thread.
 */
final class GuardedSendEndpoint extends SendChannelEndpoint {
    private final DatagramFilter filter;

    GuardedSendEndpoint(
            UdpChannel udpChannel, AtomicCounter statusIndicator, MediaDriver.Context context, DatagramFilter filter) {
        super(udpChannel, statusIndicator, context);
        this.filter = filter;
    }

    @Override
    public void onStatusMessage(
            StatusMessageFlyweight message,
            UnsafeBuffer buffer,
            int length,
            InetSocketAddress srcAddress,
            DriverConductorProxy conductorProxy) {
        if (length >= StatusMessageFlyweight.HEADER_LENGTH && filter.accepts(message.sessionId(), true)) {
            super.onStatusMessage(message, buffer, length, srcAddress, conductorProxy);
        }
    }

    @Override
    public void onNakMessage(NakFlyweight message, UnsafeBuffer buffer, int length, InetSocketAddress srcAddress) {
        if (length >= NakFlyweight.HEADER_LENGTH && filter.accepts(message.sessionId(), true)) {
            super.onNakMessage(message, buffer, length, srcAddress);
        }
    }

    @Override
    public void onRttMeasurement(
            RttMeasurementFlyweight message, UnsafeBuffer buffer, int length, InetSocketAddress srcAddress) {
        if (length >= RttMeasurementFlyweight.HEADER_LENGTH && filter.accepts(message.sessionId(), true)) {
            super.onRttMeasurement(message, buffer, length, srcAddress);
        }
    }
}
