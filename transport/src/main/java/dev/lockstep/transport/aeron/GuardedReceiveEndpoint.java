package dev.lockstep.transport.aeron;

import io.aeron.driver.DataPacketDispatcher;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.media.ImageConnection;
import io.aeron.driver.media.ReceiveChannelEndpoint;
import io.aeron.driver.media.UdpChannel;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;

/**
 * A port where we receive, with a {@link ReceiveGuard} before it. The one of the log and of control never rests. Belongs
 * to the driver's thread.
 */
final class GuardedReceiveEndpoint extends ReceiveChannelEndpoint implements ReceiveGuard.Voice {
    /**
     * Aeron takes one datagram in each of its turns; of those that are dropped, so many are taken besides, for the
     * socket's room is shared by both kinds.
     */
    private static final int DROPPED_A_TURN = 32;

    private final ReceiveGuard guard;
    private final NanoClock clock;
    /** Null if this port is asked at every turn. */
    private final Pace pace;

    private final UnsafeBuffer datagram = new UnsafeBuffer(0, 0);

    GuardedReceiveEndpoint(
            UdpChannel udpChannel,
            DataPacketDispatcher dispatcher,
            AtomicCounter statusIndicator,
            MediaDriver.Context context,
            GuardRules rules) {
        super(udpChannel, dispatcher, statusIndicator, context);
        clock = context.receiverCachedNanoClock();
        guard = new ReceiveGuard(rules, this, clock);
        pace = rules.isHot(udpChannel.localData().getPort()) ? null : new Pace();
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // the very buffer
    public InetSocketAddress receive(ByteBuffer into) {
        if (datagram.byteBuffer() != into) {
            datagram.wrap(into);
        }
        if (pace == null) {
            return receiveSound(into);
        }
        long nowNs = clock.nanoTime();
        if (!pace.isDue(nowNs)) {
            return null;
        }
        InetSocketAddress source = receiveSound(into);
        pace.onAnswer(source != null, nowNs);
        return source;
    }

    private InetSocketAddress receiveSound(ByteBuffer into) {
        for (int i = 0; i < DROPPED_A_TURN; i++) {
            InetSocketAddress source = super.receive(into);
            if (source == null || guard.admits(datagram, into.position(), source)) {
                return source;
            }
        }
        return null;
    }

    @Override
    public void sendErrorFrame(
            ImageConnection[] controlAddresses, int sessionId, int streamId, int errorCode, String errorMessage) {
        super.sendErrorFrame(controlAddresses, sessionId, streamId, errorCode, errorMessage);
        guard.onRejected(streamId, sessionId); // Aeron tells sources nothing else
    }

    @Override
    public void ask(InetSocketAddress source, int streamId, int sessionId, long number) {
        sendRttMeasurement(0, source, sessionId, streamId, number, 0, true);
    }

    @Override
    public void invite(InetSocketAddress source, int streamId, int sessionId) {
        sendSetupElicitingStatusMessage(0, source, sessionId, streamId);
    }
}
