package dev.lockstep.benchmarks.transport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Datagrams as the kernel carries them: the floor. A socket that is connected, and asked without blocking. */
final class UdpLine implements Line {
    private final DatagramChannel channel;
    private final ByteBuffer out;
    private final ByteBuffer in;
    private final UnsafeBuffer received;

    private UdpLine(DatagramChannel channel, int mtuBytes) {
        this.channel = channel;
        this.out = ByteBuffer.allocateDirect(mtuBytes);
        this.in = ByteBuffer.allocateDirect(mtuBytes);
        this.received = new UnsafeBuffer(in);
    }

    static UdpLine open(LineEnd end) {
        DatagramChannel channel = null;
        try {
            channel = DatagramChannel.open();
            channel.configureBlocking(false);
            channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), end.port()));
            channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), end.peerPort()));
            return new UdpLine(channel, end.mtuBytes());
        } catch (IOException e) {
            CloseHelper.quietClose(channel);
            throw new UncheckedIOException("no datagrams between ports " + end.port() + " and " + end.peerPort(), e);
        }
    }

    /** As far as can be known: the partner has said that it is there before it is sent anything. */
    @Override
    public boolean isUp() {
        return true;
    }

    @Override
    public boolean send(DirectBuffer buffer, int offset, int length) {
        out.clear();
        buffer.getBytes(offset, out, length);
        out.flip();
        try {
            return channel.write(out) == length;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void work(Listener listener) {
        in.clear();
        try {
            int length = channel.read(in);
            if (length > 0) {
                listener.onMessage(received, 0, length);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        CloseHelper.close(channel);
    }
}
