package dev.lockstep.transport.aeron;

import dev.lockstep.transport.Claim;
import dev.lockstep.transport.LinkHandler;
import dev.lockstep.transport.Peer;
import dev.lockstep.transport.Stream;
import dev.lockstep.transport.TransportCounters;
import dev.lockstep.transport.TransportException;
import dev.lockstep.transport.TransportSettings;
import dev.lockstep.transport.link.Channel;
import dev.lockstep.transport.link.Outbound;
import dev.lockstep.transport.link.Receiver;
import dev.lockstep.transport.link.Wire;
import io.aeron.ExclusivePublication;
import io.aeron.Image;
import io.aeron.Subscription;
import io.aeron.exceptions.RegistrationException;
import io.aeron.logbuffer.FrameDescriptor;
import io.aeron.protocol.DataHeaderFlyweight;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.status.CountersReader;

/**
 * Links' bytes over Aeron: a subscription for each stream, a publication for each peer and stream. When Aeron is lost it
 * is launched again.
 *
 * <p>Belongs to the transport's thread.
 */
public final class AeronWire implements Wire {
    private static final int EIGHTH = 8;
    /** Room is checked for so many peers, or more if there are more from the start. */
    private static final int PEERS_CHECKED = 2;

    private static final long LISTEN_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(10);
    private static final long ASK_AGAIN_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long LAUNCH_AGAIN_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(500);

    private final TransportSettings settings;
    private final NanoClock clock;
    private final SocketLimits limits = SocketLimits.ofSystem();
    private final ExpectedPeers expected = new ExpectedPeers();
    private final Misfits misfits = new Misfits();
    private final WireErrors errors = new WireErrors();
    private final TransportCounters counters;
    private final GuardRules rules;
    private final Names names;
    private final Images images;
    private final PublicationMaker publications;
    private final int peersChecked;
    private final List<AeronOutbound> outbounds = new ArrayList<>();
    private final List<RequestOutbound> requests = new ArrayList<>();
    /** Null after it was lost, until it could be launched again. */
    private AeronHost host;

    private long nextLaunchNs;
    private long nextAskNs;
    private long nextLookNs;
    /** What was told of the last launch that failed; empty if it succeeded. */
    private String trouble = "";

    private boolean closed;

    private AeronWire(TransportSettings settings, int peers, Environment environment) {
        this.settings = settings;
        this.clock = environment.clock();
        this.peersChecked = settings.self() == null ? peers : Math.max(peers, PEERS_CHECKED);
        this.names = new Names(environment.lookup(), errors);
        this.counters = new TransportCounters(this::kernelDrops);
        this.rules = new GuardRules(settings, limits, environment.filter(), expected, misfits, counters);
        this.images = new Images(counters, errors, clock);
        this.publications = new PublicationMaker(settings, limits, errors, clock);
    }

    /**
     * Starts the driver and listens.
     *
     * @param settings how
     * @param peers how many peers there are from the start
     * @return the wire
     * @throws TransportException if a port is in use, there is no room, or the driver does not start
     */
    public static AeronWire open(TransportSettings settings, int peers) {
        return open(settings, peers, Environment.SYSTEM);
    }

    static AeronWire open(TransportSettings settings, int peers, Environment environment) {
        AeronWire wire = new AeronWire(settings, peers, environment);
        boolean isOpen = false;
        try {
            if (settings.self() != null) {
                wire.names.askAndWait(settings.self());
            }
            wire.launch();
            wire.reportShortage();
            isOpen = true;
            return wire;
        } finally {
            if (!isOpen) {
                wire.close();
            }
        }
    }

    private void launch() {
        errors.forget();
        host = AeronHost.launch(rules, errors, clock, peersChecked);
        if (settings.self() != null) {
            Stream.ofMembers().forEach(this::listen);
            if (settings.maxClients() > 0) {
                listen(Stream.CLIENT);
                checkAnswerPort();
            }
        }
    }

    /** Aeron takes that port with the first client; that it is another's should be known now. */
    private void checkAnswerPort() {
        Peer self = settings.self();
        int port = self.port() + StreamIds.ANSWER_PORT_OFFSET;
        InetAddress here = ExpectedPeers.ofLiteral(names.literal(self.host()));
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

    private void reportShortage() {
        if (limits.isShort()) {
            errors.tell("the system lets a socket hold " + limits.receiveBytes() + " bytes to receive and "
                    + limits.sendBytes() + " to send, and " + SocketLimits.WANTED_BYTES
                    + " are good: raise net.core.rmem_max and net.core.wmem_max; until then streams have less under"
                    + " way");
        }
    }

    private long kernelDrops() {
        Peer self = settings.self();
        return self == null
                ? -1
                : KernelDrops.at(ExpectedPeers.ofLiteral(names.literal(self.host())), self.port(), StreamIds.PORTS);
    }

    private void listen(Stream stream) {
        Peer self = settings.self();
        int port = self.port() + StreamIds.portOffset(stream);
        long id = subscribe("aeron:udp?endpoint=" + names.literal(self.host()) + ":" + port, stream);
        long deadlineNs = clock.nanoTime() + LISTEN_TIMEOUT_NS;
        try {
            while (subscription(id) == null) {
                if (clock.nanoTime() - deadlineNs > 0) {
                    throw new TransportException(
                            "the media driver did not listen at " + self.host() + ":" + port + " within "
                                    + TimeUnit.NANOSECONDS.toSeconds(LISTEN_TIMEOUT_NS) + " s",
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
        return isAddressInUse("" + error.getMessage()) || errors.seen().stream().anyMatch(AeronWire::isAddressInUse);
    }

    private static boolean isAddressInUse(String text) {
        return text.toLowerCase(Locale.ROOT).contains("already in use");
    }

    @Override
    public Outbound connect(Peer peer) {
        names.ask(peer.host());
        if (settings.self() != null) {
            return added(new MemberOutbound(this, peer));
        }
        RequestOutbound request = new RequestOutbound(this, peer);
        requests.add(request);
        return added(request);
    }

    @Override
    public Outbound answer(Channel channel) {
        Image image = images.find(channel);
        if (image == null) {
            throw new IllegalArgumentException("nobody speaks on that channel any more");
        }
        Peer self = settings.self();
        String control = names.literal(self.host()) + ":" + (self.port() + StreamIds.ANSWER_PORT_OFFSET);
        return added(new AnswerOutbound(this, control, image.correlationId()));
    }

    private AeronOutbound added(AeronOutbound outbound) {
        outbounds.add(outbound);
        expectThem(); // its address may be known already
        return outbound;
    }

    /** @return the address of a peer, as far as it is known; it is asked for again */
    String addressOf(Peer peer) {
        names.ask(peer.host());
        return names.literal(peer.host());
    }

    /** @return whether there is anything to subscribe with; if not, all outbounds are told when there is */
    boolean isLaunched() {
        return host != null;
    }

    /** @return the id of a subscription under way */
    long subscribe(String channel, Stream stream) {
        return host.aeron()
                .asyncAddSubscription(
                        channel + "|so-rcvbuf=" + limits.receiveBytes() + "|rcv-wnd="
                                + limits.windowBytes(settings.termBytes(stream)),
                        StreamIds.of(stream),
                        image -> images.onImage(stream, image),
                        images::onImageGone);
    }

    /** Has no subscription after all, whether it is there yet or not. */
    void giveUp(long subscriptionId) {
        if (host != null && !host.isDead()) {
            host.aeron().asyncRemoveSubscription(subscriptionId);
        }
    }

    /** @return null while it is under way */
    Subscription subscription(long id) {
        return host.aeron().getSubscription(id);
    }

    void onError(Throwable error) {
        errors.onError(error);
    }

    /** Says whose streams are to have places, whoever else asks for them. */
    void expectThem() {
        expected.set(outbounds.stream()
                .map(AeronOutbound::address)
                .filter(Objects::nonNull)
                .toList());
    }

    void want(AeronOutbound outbound, Stream stream) {
        publications.want(outbound, stream);
    }

    void giveUp(ExclusivePublication publication) {
        if (host != null && !host.isDead()) {
            publication.close();
        }
    }

    void onClosed(AeronOutbound outbound) {
        outbounds.remove(outbound);
        publications.forget(outbound);
        requests.removeIf(outbound::equals);
        expectThem();
    }

    long counter(int id) {
        return host == null || id == CountersReader.NULL_COUNTER_ID
                ? 0
                : host.counters().getCounterValue(id);
    }

    @Override
    public int poll(Receiver receiver, int limit) {
        return images.poll(receiver, limit);
    }

    @Override
    public int work(Receiver receiver, long nowNs) {
        if (closed) {
            return 0;
        }
        if (host == null) {
            return nowNs - nextLaunchNs < 0 ? 0 : launchAgain(receiver, nowNs);
        }
        int work = host.work(nowNs);
        if (host.isDead()) {
            abandon(receiver, nowNs);
            return 1;
        }
        work += images.tellLost(receiver);
        for (int i = 0; i < requests.size(); i++) {
            work += requests.get(i).work() ? 1 : 0;
        }
        work += publications.work(host, nowNs);
        images.rejectNext(receiver, nowNs);
        if (nowNs - nextAskNs >= 0) {
            nextAskNs = nowNs + ASK_AGAIN_NS;
            lookForThoseWhoMoved();
        }
        if (nowNs - nextLookNs >= 0) {
            nextLookNs = nowNs + LOOK_NS;
            images.findUseless();
            tellMisfits(receiver);
            tellErrors(receiver);
        }
        return work;
    }

    /** Aeron has given up on us, after a long pause: nothing that was made with it is of use any more. */
    private void abandon(Receiver receiver, long nowNs) {
        AeronHost dead = host;
        host = null;
        nextLaunchNs = nowNs;
        images.clear();
        publications.clear();
        outbounds.forEach(AeronOutbound::onHostGone);
        receiver.onAllLost();
        dead.close();
    }

    /** What stands in the way may go: a port that is taken, a full disk, an external driver that is not back yet. */
    private int launchAgain(Receiver receiver, long nowNs) {
        nextLaunchNs = nowNs + LAUNCH_AGAIN_NS;
        try {
            launch();
        } catch (Exception e) { // also checked ones, which Aeron throws without saying so
            closeHost();
            if (!trouble.equals(e.getMessage())) {
                trouble = String.valueOf(e.getMessage());
                receiver.onTrouble(trouble);
            }
            return 1;
        }
        trouble = "";
        publications.clear();
        outbounds.forEach(AeronOutbound::onHostBack);
        return 1;
    }

    private void closeHost() {
        AeronHost closing = host;
        host = null;
        if (closing != null) {
            closing.close();
        }
    }

    private void tellMisfits(Receiver receiver) {
        for (Misfits.Misfit each = misfits.poll(); each != null; each = misfits.poll()) {
            receiver.onMisfit(
                    onlyNodeAt(each.address()),
                    "a node at " + each.address().getHostAddress() + " cannot be heard on " + each.stream() + ": "
                            + each.difference());
        }
    }

    private void tellErrors(Receiver receiver) {
        while (errors.hasNews()) {
            receiver.onTrouble(errors.poll());
        }
    }

    private int onlyNodeAt(InetAddress address) {
        int node = LinkHandler.UNKNOWN_NODE;
        for (AeronOutbound each : outbounds) {
            if (each.address() != null
                    && ExpectedPeers.ofLiteral(each.address()).equals(address)) {
                if (node >= 0) {
                    return LinkHandler.UNKNOWN_NODE; // several nodes are there
                }
                node = each.node();
            }
        }
        return node;
    }

    private void lookForThoseWhoMoved() {
        for (AeronOutbound outbound : outbounds) {
            if (!outbound.isConnected()) {
                outbound.lookAgain();
            }
        }
    }

    @Override
    public TransportCounters counters() {
        return counters;
    }

    @Override
    public Claim newClaim() {
        return new AeronClaim();
    }

    @Override
    public int maxClaimBytes() {
        return settings.mtuBytes() - DataHeaderFlyweight.HEADER_LENGTH;
    }

    @Override
    public int maxWholeBytes(Stream stream) {
        return Math.min(settings.termBytes(stream) / EIGHTH, FrameDescriptor.MAX_MESSAGE_LENGTH);
    }

    /** @return the node that a session leads to; -1 if it is none of ours */
    int nodeOfSession(int sessionId) {
        for (AeronOutbound outbound : outbounds) {
            if (outbound.hasSession(sessionId)) {
                return outbound.node();
            }
        }
        return -1;
    }

    /** @return the session of the stream to a node; for tests */
    int sessionTo(int node, Stream stream) {
        for (AeronOutbound outbound : outbounds) {
            if (outbound.node() == node) {
                return outbound.session(stream);
            }
        }
        throw new IllegalArgumentException("no way to node " + node);
    }

    /** @return how many peers are expected to send from an address; for tests */
    int expectedAt(InetAddress address) {
        return expected.at(address);
    }

    /** @return how many streams come here */
    int imageCount() {
        return images.count();
    }

    /** Aeron gives up on this process, as after a long pause; for tests. */
    void giveUpByAeron() {
        host.aeron().close();
    }

    /** @return errors that were seen, the newest last; for tests and status */
    List<String> errors() {
        return errors.seen();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            names.close();
            closeHost();
        }
    }
}
