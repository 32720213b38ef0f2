package dev.lockstep.transport;

import dev.lockstep.transport.aeron.AeronWire;
import dev.lockstep.transport.link.Links;
import java.security.SecureRandom;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.concurrent.SystemNanoClock;

/** Opens transports over UDP. */
public final class Transports {
    private Transports() {}

    /**
     * Opens a transport and listens, unless it is a client's; links come up as peers are there. Takes some hundred
     * milliseconds, and as long as the system needs to find this node's host.
     *
     * @param settings how
     * @param self who this node is, or {@link Hello#ofClient}
     * @param peers the nodes to have links with; more can be added later
     * @return the transport, which belongs to the thread that uses it first
     * @throws TransportException if a port is in use, there is no room, nobody knows this node's host, or the driver
     *     does not start
     * @throws IllegalArgumentException if the settings are of another node, or a peer is this node itself
     */
    public static Transport open(TransportSettings settings, Hello self, List<Peer> peers) {
        if (self.isClient() != (settings.self() == null)) {
            throw new IllegalArgumentException(
                    self.isClient()
                            ? "a client listens nowhere: use TransportSettings.ofClient()"
                            : "node " + self.node() + " must say where it listens");
        }
        if (settings.self() != null && settings.self().node() != self.node()) {
            throw new IllegalArgumentException("node " + self.node() + " cannot listen as node "
                    + settings.self().node());
        }
        SplittableRandom random = new SplittableRandom(new SecureRandom().nextLong());
        AeronWire wire = AeronWire.open(settings, peers.size());
        boolean isOpen = false;
        try {
            Links links = new Links(
                    wire,
                    self,
                    settings.maxMessageBytes(),
                    settings.maxClients(),
                    SystemNanoClock.INSTANCE,
                    random::nextLong);
            peers.forEach(links::add);
            links.release();
            isOpen = true;
            return links;
        } finally {
            if (!isOpen) {
                wire.close();
            }
        }
    }
}
