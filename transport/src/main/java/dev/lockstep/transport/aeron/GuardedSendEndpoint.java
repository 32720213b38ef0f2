package dev.lockstep.transport.aeron;

import io.aeron.driver.MediaDriver;
import io.aeron.driver.media.SendChannelEndpoint;
import io.aeron.driver.media.UdpChannel;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;

/**
 * A socket we send from, with a {@link SendGuard} before what comes back. That is little, and nothing that is in a
 * hurry, so the socket may rest. Belongs to the driver's thread.
 */
final class GuardedSendEndpoint extends SendChannelEndpoint {
    /** As with {@link GuardedReceiveEndpoint}. */
    private static final int DROPPED_A_TURN = 32;

    private final SendGuard guard;
    private final Pace pace = new Pace();
    private final NanoClock clock;
    private final UnsafeBuffer datagram = new UnsafeBuffer(0, 0);

    GuardedSendEndpoint(
            UdpChannel udpChannel, AtomicCounter statusIndicator, MediaDriver.Context context, GuardRules rules) {
        super(udpChannel, statusIndicator, context);
        guard = new SendGuard(rules);
        clock = context.senderCachedNanoClock();
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // the very buffer
    public InetSocketAddress receive(ByteBuffer into) {
        long nowNs = clock.nanoTime();
        if (!pace.isDue(nowNs)) {
            return null;
        }
        if (datagram.byteBuffer() != into) {
            datagram.wrap(into);
        }
        InetSocketAddress source = receiveSound(into);
        pace.onAnswer(source != null, nowNs);
        return source;
    }

    private InetSocketAddress receiveSound(ByteBuffer into) {
        for (int i = 0; i < DROPPED_A_TURN; i++) {
            InetSocketAddress source = super.receive(into);
            if (source == null || guard.admits(datagram, into.position())) {
                return source;
            }
        }
        return null;
    }
}
