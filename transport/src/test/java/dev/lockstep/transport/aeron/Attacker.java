package dev.lockstep.transport.aeron;

import dev.lockstep.transport.Stream;
import io.aeron.logbuffer.FrameDescriptor;
import io.aeron.protocol.HeaderFlyweight;
import io.aeron.protocol.RttMeasurementFlyweight;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;

/** A plain socket that sends what it likes, and answers if it is told to. */
final class Attacker implements AutoCloseable {
    private final DatagramChannel socket;
    private final ByteBuffer received = ByteBuffer.allocateDirect(64 << 10);
    private final UnsafeBuffer frame = new UnsafeBuffer(received);
    private final RttMeasurementFlyweight rtt = new RttMeasurementFlyweight();
    long sent;
    private InetSocketAddress last;

    /**
     * @param address from where; on this machine all of 127.0.0.0/8 is ours
     * @param port from where; or zero
     */
    Attacker(String address, int port) throws IOException {
        socket = DatagramChannel.open();
        socket.bind(new InetSocketAddress(address, port));
        socket.configureBlocking(false);
    }

    void send(byte[] bytes, int port) {
        send(bytes, new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    private void send(byte[] bytes, InetSocketAddress to) {
        try {
            socket.send(ByteBuffer.wrap(bytes), to);
            sent++;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Sends back what it is asked to, as a driver does. */
    void answer() {
        each(from -> {
            if (FrameDescriptor.frameType(frame, 0) == HeaderFlyweight.HDR_TYPE_RTTM) {
                rtt.wrap(frame);
                Stream stream = StreamIds.streamOf(rtt.streamId());
                send(Frames.rtt(stream, rtt.sessionId(), rtt.echoTimestampNs(), 0), from);
            }
        });
    }

    /** Shows one frame that has come, if there is one: as a receiver that then says what it likes. */
    void reply(Consumer<UnsafeBuffer> seen) {
        try {
            received.clear();
            last = receive();
            if (last != null) {
                seen.accept(frame);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    void toLast(byte[] bytes) {
        send(bytes, last);
    }

    private void each(Consumer<InetSocketAddress> handler) {
        try {
            received.clear();
            for (InetSocketAddress from = receive(); from != null; from = receive()) {
                handler.accept(from);
                received.clear();
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private InetSocketAddress receive() throws IOException {
        return (InetSocketAddress) socket.receive(received);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
