package dev.lockstep.benchmarks.transport;

import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketException;

/** Finds ports that nobody has. */
final class Ports {
    private static final int ATTEMPTS = 100;

    private Ports() {}

    /** @return the first of two free ports in a row */
    static int freePair() {
        Exception lastRefusal = null;
        for (int i = 0; i < ATTEMPTS; i++) {
            try (DatagramSocket first = new DatagramSocket(0);
                    DatagramSocket second = new DatagramSocket(null)) {
                second.bind(new InetSocketAddress(first.getLocalPort() + 1));
                return first.getLocalPort();
            } catch (SocketException | IllegalArgumentException e) {
                lastRefusal = e; // the second one is taken, or there is none
            }
        }
        throw new IllegalStateException("no two free ports in a row after " + ATTEMPTS + " attempts", lastRefusal);
    }
}
