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
import io.aeron.ExclusivePublication;
import io.aeron.Image;
import io.aeron.Subscription;
import io.aeron.logbuffer.FrameDescriptor;
import io.aeron.protocol.DataHeaderFlyweight;
import java.net.InetAddress;
import java.util.List;
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
    private final Outbounds outbounds = new Outbounds(expected);
    private final ListeningPorts ports;
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
        this.ports = new ListeningPorts(settings, names, errors, clock, this::subscribe);
        this.counters = new TransportCounters(ports::kernelDrops);
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
        ports.open(host);
    }

    private void reportShortage() {
        if (limits.isShort()) {
            errors.tell("the system lets a socket hold " + limits.receiveBytes() + " bytes to receive and "
                    + limits.sendBytes() + " to send, and " + SocketLimits.WANTED_BYTES
                    + " are good: raise net.core.rmem_max and net.core.wmem_max; until then streams have less under"
                    + " way");
        }
    }

    @Override
    public Outbound connect(Peer peer) {
        names.ask(peer.host());
        return outbounds.added(
                settings.self() != null ? new MemberOutbound(this, peer) : new RequestOutbound(this, peer));
    }

    @Override
    public Outbound answer(Channel channel) {
        Image image = images.find(channel);
        if (image == null) {
            throw new IllegalArgumentException("nobody speaks on that channel any more");
        }
        return outbounds.added(new AnswerOutbound(this, ports.ofAnswers(), image.correlationId()));
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

    /**
     * The window is the same for all streams: those that come to one port get that of the first. Of each the driver makes
     * half a term at most.
     *
     * @return the id of a subscription under way
     */
    long subscribe(String channel, Stream stream) {
        return host.aeron()
                .asyncAddSubscription(
                        channel + "|so-rcvbuf=" + limits.receiveBytes() + "|rcv-wnd="
                                + limits.windowBytes(settings.longestTermBytes()),
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

    /** Somebody's address has become known, or another. */
    void expectThem() {
        outbounds.expectThem();
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
        work += outbounds.work();
        work += publications.work(host, nowNs);
        images.rejectNext(receiver, nowNs);
        if (nowNs - nextAskNs >= 0) {
            nextAskNs = nowNs + ASK_AGAIN_NS;
            outbounds.lookForThoseWhoMoved();
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
        outbounds.onHostGone();
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
        outbounds.onHostBack();
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
                    outbounds.onlyNodeAt(each.address()),
                    "a node at " + each.address().getHostAddress() + " cannot be heard on " + each.stream() + ": "
                            + each.difference());
        }
    }

    private void tellErrors(Receiver receiver) {
        while (errors.hasNews()) {
            receiver.onTrouble(errors.poll());
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

    /** @return the ways to others; for tests */
    Outbounds outbounds() {
        return outbounds;
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
