package dev.lockstep.transport.aeron;

import dev.lockstep.transport.Peer;
import dev.lockstep.transport.Stream;
import dev.lockstep.transport.TransportException;
import dev.lockstep.transport.TransportSettings;
import io.aeron.exceptions.RegistrationException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.NanoClock;

/** The ports where a node listens: opens them, or says which one is another's. Belongs to the transport's thread. */
final class ListeningPorts {
    /** Makes subscriptions. */
    @FunctionalInterface
    interface Subscriber {
        /** @return the id of a subscription under way */
        long subscribe(String channel, Stream stream);
    }

    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(10);

    private final TransportSettings settings;
    private final Names names;
    private final WireErrors errors;
    private final NanoClock clock;
    private final Subscriber subscriber;

    ListeningPorts(TransportSettings settings, Names names, WireErrors errors, NanoClock clock, Subscriber subscriber) {
        this.settings = settings;
        this.names = names;
        this.errors = errors;
        this.clock = clock;
        this.subscriber = subscriber;
    }

    /** @return this node's address, in numbers */
    private String here() {
        return names.literal(settings.self().host());
    }

    /** @return where clients send what they say of answers */
    String ofAnswers() {
        return here() + ":" + (settings.self().port() + StreamIds.ANSWER_PORT_OFFSET);
    }

    /** Listens, unless this is a client; drives the host until it does. */
    void open(AeronHost host) {
        if (settings.self() == null) {
            return;
        }
        Stream.ofMembers().forEach(each -> open(host, each));
        if (settings.maxClients() > 0) {
            open(host, Stream.CLIENT);
            checkAnswerPort();
        }
    }

    private void open(AeronHost host, Stream stream) {
        Peer self = settings.self();
        int port = self.port() + StreamIds.portOffset(stream);
        long id = subscriber.subscribe("aeron:udp?endpoint=" + here() + ":" + port, stream);
        long deadlineNs = clock.nanoTime() + TIMEOUT_NS;
        try {
            while (host.aeron().getSubscription(id) == null) {
                if (clock.nanoTime() - deadlineNs > 0) {
                    throw new TransportException(
                            "the media driver did not listen at " + self.host() + ":" + port + " within "
                                    + TimeUnit.NANOSECONDS.toSeconds(TIMEOUT_NS) + " s",
                            null);
                }
                if (host.work(clock.nanoTime()) == 0) {
                    Thread.onSpinWait();
                }
            }
        } catch (RegistrationException e) {
            if (isAddressInUse(e)) {
                throw portInUse(port, e);
            }
            throw new TransportException(
                    "node " + self.node() + " cannot listen at " + self.host() + ":" + port + ": " + e.getMessage(), e);
        }
    }

    /** Aeron says it in words only: to whoever asked, or by the way. */
    private boolean isAddressInUse(RegistrationException error) {
        return isAddressInUse("" + error.getMessage())
                || errors.seen().stream().anyMatch(ListeningPorts::isAddressInUse);
    }

    private static boolean isAddressInUse(String text) {
        return text.toLowerCase(Locale.ROOT).contains("already in use");
    }

    /** Aeron takes that port with the first client; that it is another's should be known now. */
    private void checkAnswerPort() {
        Peer self = settings.self();
        int port = self.port() + StreamIds.ANSWER_PORT_OFFSET;
        InetAddress here = ExpectedPeers.ofLiteral(here());
        try (DatagramSocket probe = new DatagramSocket(null)) {
            probe.bind(new InetSocketAddress(here, port));
        } catch (SocketException e) {
            throw portInUse(port, e);
        }
    }

    private TransportException portInUse(int port, Exception cause) {
        Peer self = settings.self();
        int ports = settings.maxClients() > 0 ? StreamIds.PORTS : StreamIds.PORTS_WITHOUT_CLIENTS;
        return new TransportException.PortInUse(
                "node " + self.node() + " cannot listen at " + self.host() + ":" + port
                        + ": another process has that port; this node needs " + self.port() + " to "
                        + (self.port() + ports - 1),
                cause);
    }

    /** @return what the kernel says that it dropped there; -1 if it does not say, or this is a client */
    long kernelDrops() {
        Peer self = settings.self();
        return self == null ? -1 : KernelDrops.at(ExpectedPeers.ofLiteral(here()), self.port(), StreamIds.PORTS);
    }
}
