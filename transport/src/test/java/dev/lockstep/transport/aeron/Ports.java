package dev.lockstep.transport.aeron;

import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketException;

/** Finds ports that nobody has. */
public final class Ports {
    private static final int ATTEMPTS = 100;

    private Ports() {}

    /** @return the first of three free ports in a row */
    public static int freeRow() {
        Exception lastRefusal = null;
        for (int i = 0; i < ATTEMPTS; i++) {
            try (DatagramSocket first = new DatagramSocket(0);
                    DatagramSocket second = new DatagramSocket(null);
                    DatagramSocket third = new DatagramSocket(null)) {
                second.bind(new InetSocketAddress(first.getLocalPort() + 1));
                third.bind(new InetSocketAddress(first.getLocalPort() + 2));
                return first.getLocalPort();
            } catch (SocketException | IllegalArgumentException e) {
                lastRefusal = e; // one of them is taken, or there is none
            }
        }
        throw new IllegalStateException("no three free ports in a row after " + ATTEMPTS + " attempts", lastRefusal);
    }
}
