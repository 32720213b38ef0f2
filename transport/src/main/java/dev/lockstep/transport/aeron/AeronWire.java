package dev.lockstep.transport.aeron;

import dev.lockstep.transport.Claim;
import dev.lockstep.transport.Peer;
import dev.lockstep.transport.Stream;
import dev.lockstep.transport.TransportCounters;
import dev.lockstep.transport.TransportException;
import dev.lockstep.transport.TransportSettings;
import dev.lockstep.transport.link.Channel;
import dev.lockstep.transport.link.Outbound;
import dev.lockstep.transport.link.Receiver;
import dev.lockstep.transport.link.Wire;
import io.aeron.AeronCounters;
import io.aeron.ExclusivePublication;
import io.aeron.Image;
import io.aeron.Subscription;
import io.aeron.exceptions.AeronException;
import io.aeron.exceptions.RegistrationException;
import io.aeron.logbuffer.FrameDescriptor;
import io.aeron.protocol.DataHeaderFlyweight;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.agrona.collections.ArrayUtil;
import org.agrona.concurrent.status.CountersReader;

/**
 * Links' bytes over Aeron: a subscription for each stream, a publication for each peer and stream. Publications are
 * made in the background, one at a time, for each zeroes memory on the thread that drives the driver.
 *
 * <p>Belongs to the transport's thread.
 */
public final class AeronWire implements Wire {
    private static final int EIGHTH = 8;
    /** Room is checked for so many peers; a cluster is rarely larger. */
    private static final int PEERS_CHECKED = 4;

    private static final long START_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(10);
    private static final long ASK_AGAIN_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(500);
    /** For two seconds an image may be of no use; our own pauses count as one look, however long they are. */
    private static final int LOOKS_IN_VAIN = 4;

    private static final ImageChannel[] NO_IMAGES = {};

    private record Wanted(AeronOutbound outbound, Stream stream) {}

    private final TransportSettings settings;
    private final SocketLimits limits = SocketLimits.ofSystem();
    private final ExpectedPeers expected = new ExpectedPeers();
    private final Misfits misfits = new Misfits();
    private final TransportCounters transportCounters = new TransportCounters();
    private final GuardRules rules;
    private final WireErrors errors = new WireErrors();
    private final Names names = new Names();
    private final ImageChannel[][] images = new ImageChannel[Stream.count()][];
    private final List<AeronOutbound> outbounds = new ArrayList<>();
    private final List<RequestOutbound> requests = new ArrayList<>();
    private final ArrayDeque<Wanted> wanted = new ArrayDeque<>();
    private final ArrayDeque<ImageChannel> lost = new ArrayDeque<>();
    private AeronHost host;
    private CountersReader counters;
    private Wanted pending;
    private long pendingId;
    private long nextAskNs;
    private long nextLookNs;
    private boolean closed;

    private AeronWire(TransportSettings settings, DatagramFilter filter) {
        this.settings = settings;
        this.rules = new GuardRules(settings, limits, filter, expected, misfits, transportCounters);
    }

    /**
     * Starts the driver and listens.
     *
     * @param settings how
     * @return the wire
     * @throws TransportException if a port is in use, there is no room, or the driver does not start
     */
    public static AeronWire open(TransportSettings settings) {
        return open(settings, DatagramFilter.ALL);
    }

    static AeronWire open(TransportSettings settings, DatagramFilter filter) {
        AeronWire wire = new AeronWire(settings, filter);
        try {
            wire.launch();
            return wire;
        } catch (RuntimeException | Error e) {
            wire.close();
            throw e;
        }
    }

    private void launch() {
        host = AeronHost.launch(rules, errors, PEERS_CHECKED);
        counters = host.aeron().countersReader();
        Arrays.fill(images, NO_IMAGES);
        if (settings.self() != null) {
            Stream.ofMembers().forEach(this::listen);
            if (settings.maxClients() > 0) {
                listen(Stream.CLIENT);
            }
        }
    }

    private void listen(Stream stream) {
        Peer self = settings.self();
        int port = self.port() + StreamIds.portOffset(stream);
        long id = subscribe("aeron:udp?endpoint=" + Names.literalNow(self) + ":" + port, stream);
        long deadlineNs = System.nanoTime() + START_TIMEOUT_NS;
        try {
            while (subscription(id) == null) {
                if (System.nanoTime() - deadlineNs > 0) {
                    throw new TransportException(
                            "the media driver did not listen at " + self.host() + ":" + port + " within 10 s", null);
                }
                if (host.work() == 0) {
                    Thread.onSpinWait();
                }
            }
        } catch (RegistrationException e) {
            throw errors.isAddressInUse(e)
                    ? new TransportException.PortInUse(
                            "node " + self.node() + " cannot listen at " + self.host() + ":" + port
                                    + ": another process has that port; it needs " + self.port() + " and the next one",
                            e)
                    : AeronHost.failure("node " + self.node() + " cannot listen at " + self.host() + ":" + port, e);
        }
    }

    private void onImage(Stream stream, Image image) {
        images[stream.number()] = ArrayUtil.add(images[stream.number()], new ImageChannel(image, stream));
    }

    @SuppressWarnings("ReferenceEquality") // an image is one object
    private void onImageGone(Image image) {
        for (int i = 0; i < images.length; i++) {
            for (ImageChannel each : images[i]) {
                if (each.image == image) {
                    images[i] = ArrayUtil.remove(images[i], each);
                    lost.add(each);
                    return;
                }
            }
        }
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
        for (ImageChannel each : images[Stream.CLIENT.number()]) {
            if (each.channel.equals(channel)) {
                Peer self = settings.self();
                String control = Names.literalNow(self) + ":" + (self.port() + StreamIds.ANSWER_PORT_OFFSET);
                return added(new AnswerOutbound(this, control, each.image.correlationId()));
            }
        }
        throw new IllegalArgumentException("nobody speaks on that channel any more");
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

    /** @return the id of a subscription under way */
    long subscribe(String channel, Stream stream) {
        return host.aeron()
                .asyncAddSubscription(
                        channel + "|so-rcvbuf=" + limits.receiveBytes() + "|rcv-wnd="
                                + limits.windowBytes(settings.termBytes(stream)),
                        StreamIds.of(stream),
                        image -> onImage(stream, image),
                        this::onImageGone);
    }

    /** @return null while it is under way */
    Subscription subscription(long id) {
        return host.aeron().getSubscription(id);
    }

    void giveUp(Subscription subscription) {
        if (!host.isDead()) {
            subscription.close();
        }
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
        wanted.add(new Wanted(outbound, stream));
    }

    void giveUp(ExclusivePublication publication) {
        if (!host.isDead()) {
            publication.close();
        }
    }

    void onClosed(AeronOutbound outbound) {
        outbounds.remove(outbound);
        requests.removeIf(outbound::equals);
        expectThem();
    }

    long counter(int id) {
        return id == CountersReader.NULL_COUNTER_ID ? 0 : counters.getCounterValue(id);
    }

    @Override
    public int poll(Receiver receiver, int limit) {
        int polled = 0;
        for (ImageChannel[] ofStream : images) {
            for (ImageChannel each : ofStream) {
                polled += each.poll(receiver, limit);
            }
        }
        return polled;
    }

    @Override
    public int work(Receiver receiver, long nowNs) {
        if (closed) {
            return 0;
        }
        int work = host.work();
        if (host.isDead()) {
            rebuild(receiver);
            return 1;
        }
        while (!lost.isEmpty()) {
            receiver.onLost(lost.poll().channel);
            work++;
        }
        for (RequestOutbound request : requests) {
            work += request.work() ? 1 : 0;
        }
        if (pending != null || !wanted.isEmpty()) {
            work += makeNext();
        }
        if (nowNs - nextAskNs >= 0) {
            nextAskNs = nowNs + ASK_AGAIN_NS;
            lookForThoseWhoMoved();
        }
        if (nowNs - nextLookNs >= 0) {
            nextLookNs = nowNs + LOOK_NS;
            rejectUselessImages(receiver);
            tellMisfits(receiver);
        }
        return work;
    }

    private void rejectUselessImages(Receiver receiver) {
        for (ImageChannel[] ofStream : images) {
            for (ImageChannel each : ofStream) {
                if (each.isUseless(LOOKS_IN_VAIN)) {
                    reject(each, receiver);
                }
            }
        }
    }

    /** Aeron tells its sender, hears it no longer, and lets go of it two seconds later. */
    private void reject(ImageChannel channel, Receiver receiver) {
        channel.onRejected();
        transportCounters.onRejected();
        receiver.onLost(channel.channel);
        try {
            channel.image.reject("no peer has said hello on this stream");
        } catch (AeronException e) {
            errors.onError(e); // it has ended by itself
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

    /** @return the node that is there; -1 if there are several, or none */
    private int onlyNodeAt(InetAddress address) {
        int node = -1;
        for (AeronOutbound each : outbounds) {
            if (each.address() != null
                    && ExpectedPeers.ofLiteral(each.address()).equals(address)) {
                if (node >= 0) {
                    return -1;
                }
                node = each.node();
            }
        }
        return node;
    }

    /** One publication at a time. */
    private int makeNext() {
        if (pending == null) {
            Wanted next = wanted.poll();
            if (next.outbound().isClosed()) {
                return 1;
            }
            pending = next;
            pendingId = host.aeron().asyncAddExclusivePublication(channelTo(next), StreamIds.of(next.stream()));
            return 1;
        }
        try {
            ExclusivePublication made = host.aeron().getExclusivePublication(pendingId);
            if (made == null) {
                return 0;
            }
            int repairs = counters.findByTypeIdAndRegistrationId(
                    AeronCounters.DRIVER_SENDER_NAKS_RECEIVED_TYPE_ID, pendingId);
            pending.outbound().onPublication(pending.stream(), made, repairs);
        } catch (RegistrationException e) {
            errors.onError(e);
            if (pending.outbound().isToBeTriedAgain()) {
                wanted.add(pending);
            }
        }
        pending = null;
        return 1;
    }

    private String channelTo(Wanted next) {
        return next.outbound().channel(next.stream()) + "|term-length=" + settings.termBytes(next.stream()) + "|mtu="
                + settings.mtuBytes() + "|so-sndbuf=" + limits.sendBytes();
    }

    private void lookForThoseWhoMoved() {
        for (AeronOutbound outbound : outbounds) {
            if (!outbound.isConnected()) {
                outbound.lookAgain();
            }
        }
    }

    /** Aeron has given up on us, after a long pause: nothing that was made with it is of use any more. */
    private void rebuild(Receiver receiver) {
        host.close();
        wanted.clear();
        lost.clear();
        pending = null;
        launch();
        List.copyOf(outbounds).forEach(AeronOutbound::onRebuilt);
        receiver.onRebuilt();
    }

    @Override
    public TransportCounters counters() {
        return transportCounters;
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
        int count = 0;
        for (ImageChannel[] ofStream : images) {
            count += ofStream.length;
        }
        return count;
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
            if (host != null) {
                host.close();
            }
        }
    }
}
