package dev.lockstep.transport.aeron;

import dev.lockstep.transport.TransportException;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;

/**
 * How much the system lets a socket hold, and what follows from it: a sender must not have more under way than the
 * receiver's socket can take at once, or the kernel drops it. A socket is asked, for what the system's settings say and
 * what it grants are not always the same.
 *
 * @param receiveBytes for a receiving socket
 * @param sendBytes for a sending socket
 */
record SocketLimits(int receiveBytes, int sendBytes) {
    static final int WANTED_BYTES = 2 << 20;

    static SocketLimits ofSystem() {
        try (DatagramChannel socket = DatagramChannel.open()) {
            socket.setOption(StandardSocketOptions.SO_RCVBUF, WANTED_BYTES);
            socket.setOption(StandardSocketOptions.SO_SNDBUF, WANTED_BYTES);
            return new SocketLimits(
                    Math.min(WANTED_BYTES, socket.getOption(StandardSocketOptions.SO_RCVBUF)),
                    Math.min(WANTED_BYTES, socket.getOption(StandardSocketOptions.SO_SNDBUF)));
        } catch (IOException e) {
            throw new TransportException("the system gives no socket: " + e.getMessage(), e);
        }
    }

    /** @return whether a socket holds less than what is good for throughput */
    boolean isShort() {
        return receiveBytes < WANTED_BYTES || sendBytes < WANTED_BYTES;
    }

    /** @return what a stream may have under way: as much as fits the socket and half a term */
    int windowBytes(int termBytes) {
        return Math.min(receiveBytes, termBytes / 2);
    }
}
