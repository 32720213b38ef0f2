package dev.lockstep.transport.aeron;

import java.net.InetSocketAddress;
import org.agrona.DirectBuffer;

/** Decides which datagrams are heard. In production all are; tests lose some. Belongs to the driver's thread. */
@FunctionalInterface
interface DatagramFilter {
    /** Hears everything. */
    DatagramFilter ALL = (from, datagram, length) -> true;

    /**
     * @param from who sent it
     * @param datagram what was sent
     * @param length its length
     * @return whether it is heard
     */
    boolean accepts(InetSocketAddress from, DirectBuffer datagram, int length);
}
