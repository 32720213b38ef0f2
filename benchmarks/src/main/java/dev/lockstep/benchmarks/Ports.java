package dev.lockstep.benchmarks;

import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import org.agrona.CloseHelper;

/** Finds ports that nobody has. */
public final class Ports {
    private static final int ATTEMPTS = 100;

    private Ports() {}

    /**
     * @param count how many
     * @return the first of so many free ports in a row
     */
    public static int freeInARow(int count) {
        Exception lastRefusal = null;
        for (int i = 0; i < ATTEMPTS; i++) {
            List<DatagramSocket> sockets = new ArrayList<>();
            try {
                return bind(count, sockets);
            } catch (SocketException | IllegalArgumentException e) {
                lastRefusal = e; // one of them is taken, or there is none
            } finally {
                CloseHelper.closeAll(sockets);
            }
        }
        throw new IllegalStateException(
                "no " + count + " free ports in a row after " + ATTEMPTS + " attempts", lastRefusal);
    }

    private static int bind(int count, List<DatagramSocket> sockets) throws SocketException {
        sockets.add(new DatagramSocket(0));
        int first = sockets.get(0).getLocalPort();
        for (int i = 1; i < count; i++) {
            DatagramSocket socket = new DatagramSocket(null);
            sockets.add(socket);
            socket.bind(new InetSocketAddress(first + i));
        }
        return first;
    }
}
