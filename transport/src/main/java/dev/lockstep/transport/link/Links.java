package dev.lockstep.transport.link;

import dev.lockstep.transport.Claim;
import dev.lockstep.transport.Hello;
import dev.lockstep.transport.LinkCounters;
import dev.lockstep.transport.LinkDown;
import dev.lockstep.transport.LinkHandler;
import dev.lockstep.transport.Peer;
import dev.lockstep.transport.SendResult;
import dev.lockstep.transport.Stream;
import dev.lockstep.transport.Transport;
import dev.lockstep.transport.TransportCounters;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.LongSupplier;
import org.agrona.DirectBuffer;
import org.agrona.collections.ArrayUtil;
import org.agrona.concurrent.NanoClock;

/**
 * Links over a wire: which life of which peer a message belongs to, and that nothing of another one is delivered. Owned
 * by the transport's thread.
 */
public final class Links implements Transport, Receiver {
    private static final Link[] NONE = {};
    /** A client that is not answered begins anew after this. */
    private static final long REACH_ANEW_NS = 2_000_000_000L;

    private static final int MISFITS_KEPT = 64;

    private record Misfit(int node, String why) {}

    private final Wire wire;
    private final NanoClock clock;
    private final LongSupplier random;
    private final int maxMessageBytes;
    private final int maxWholeBulkBytes;
    private final LinkTalk talk;
    private final Claim pieceClaim;
    private final Link[] byNode = new Link[MAX_NODE + 1];
    private final LinkCounters[] counters = new LinkCounters[MAX_NODE + 1];
    private final Guests guests;
    /** Clients that are gone, until the handler is told. */
    private final List<Link> gone = new ArrayList<>();

    private final ArrayDeque<Misfit> misfits = new ArrayDeque<>();
    /** How many nonces there were, by node, for links that are no more. */
    private final long[] attempts = new long[MAX_NODE + 1];

    private final BitSet strangers = new BitSet();
    private Link[] links = NONE;
    private Hello self;
    private int generation;
    /** Only within a poll. */
    private LinkHandler handler;

    private int delivered;
    private boolean closed;

    /**
     * @param wire what carries the bytes
     * @param self who this node is
     * @param maxMessageBytes the longest message on {@link Stream#BULK}
     * @param maxClients how many clients may speak with this node
     * @param clock for hellos and pings
     * @param random for nonces: different at every start
     */
    public Links(Wire wire, Hello self, int maxMessageBytes, int maxClients, NanoClock clock, LongSupplier random) {
        this.wire = wire;
        this.self = self.withGeneration(0);
        this.clock = clock;
        this.random = random;
        this.maxWholeBulkBytes = wire.maxWholeBytes(Stream.BULK);
        this.maxMessageBytes = Math.max(maxMessageBytes, maxWholeBulkBytes);
        this.guests = new Guests(maxClients);
        this.talk = new LinkTalk();
        this.pieceClaim = wire.newClaim();
    }

    @Override
    public long offer(int node, Stream stream, DirectBuffer buffer, int offset, int length) {
        Link link = upLink(node);
        if (link == null) {
            return closed ? SendResult.CLOSED : SendResult.NOT_CONNECTED;
        }
        check(link, stream, length);
        if (stream == Stream.BULK) {
            return count(link, offerBulk(link, buffer, offset, length));
        }
        if (length > wire.maxWholeBytes(stream)) {
            return SendResult.TOO_LARGE;
        }
        return count(link, link.outbound.offer(stream, buffer, offset, length, link.outTag));
    }

    private long offerBulk(Link link, DirectBuffer buffer, int offset, int length) {
        if (length > maxMessageBytes) {
            return SendResult.TOO_LARGE;
        }
        if (length > maxWholeBulkBytes) {
            return link.pieces.offer(buffer, offset, length, link.lifeOut, pieceClaim, wire.maxClaimBytes());
        }
        link.pieces.reset();
        return link.outbound.offer(Stream.BULK, buffer, offset, length, link.outTag);
    }

    @Override
    public long claim(int node, Stream stream, int length, Claim claim) {
        Link link = upLink(node);
        if (link == null) {
            return closed ? SendResult.CLOSED : SendResult.NOT_CONNECTED;
        }
        check(link, stream, length);
        if (length > wire.maxClaimBytes()) {
            return SendResult.TOO_LARGE;
        }
        if (stream == Stream.BULK) {
            link.pieces.reset();
        }
        return count(link, link.outbound.claim(stream, length, link.outTag, claim));
    }

    private static void check(Link link, Stream stream, int length) {
        if (length <= 0) {
            throw new IllegalArgumentException("a message has at least one byte; this one has " + length);
        }
        if (!StreamSet.contains(link.streams, stream)) {
            throw new IllegalArgumentException("the link with " + link.node + " does not carry " + stream
                    + ": members speak on the others, clients on " + Stream.CLIENT + " alone");
        }
    }

    private Link find(int node) {
        return node >= 0 && node <= MAX_NODE ? byNode[node] : guests.find(node);
    }

    private Link upLink(int node) {
        Link link = find(node);
        return link != null && link.up ? link : null;
    }

    private static long count(Link link, long result) {
        if (result >= 0) {
            link.counters.onSent();
        } else if (result == SendResult.BACK_PRESSURED) {
            link.counters.onBackPressured();
        }
        return result;
    }

    @Override
    public int poll(LinkHandler newHandler, int limit) {
        if (closed) {
            return 0;
        }
        handler = newHandler;
        delivered = 0;
        try {
            tellMisfits();
            tellWhatWentDown();
            wire.poll(this, limit);
            tellWhatWentDown();
        } finally {
            handler = null;
        }
        return delivered;
    }

    private void tellMisfits() {
        while (!misfits.isEmpty()) {
            Misfit misfit = misfits.poll();
            delivered++;
            handler.onRefused(misfit.node(), misfit.why());
        }
    }

    private void tellWhatWentDown() {
        for (Link link : links) {
            if (link.untold != null) {
                LinkDown reason = link.untold;
                link.untold = null;
                delivered++;
                handler.onLinkDown(link.node, reason);
            }
        }
        while (!gone.isEmpty()) {
            Link guest = gone.remove(gone.size() - 1);
            delivered++;
            handler.onLinkDown(guest.node, guest.untold);
        }
    }

    @Override
    public int invoke() {
        if (closed) {
            return 0;
        }
        long nowNs = clock.nanoTime();
        int work = wire.work(this, nowNs);
        for (Link link : links) {
            lookAfter(link, nowNs);
        }
        return work;
    }

    private void lookAfter(Link link, long nowNs) {
        if (link.nextHelloNs - nowNs > 0) {
            return;
        }
        if (!link.up && self.isClient() && nowNs - link.reachedNs > REACH_ANEW_NS) {
            reachAnew(link);
        }
        if (!link.up && link.isGuest() && nowNs - link.reachedNs > Guests.PATIENCE_NS) {
            dismiss(link, LinkDown.PEER_GONE);
        } else if (!link.up) {
            talk.hello(link, self, nowNs);
        } else if (!link.outbound.isConnected()) {
            restart(link, LinkDown.PEER_GONE);
        } else {
            talk.ping(link, nowNs);
            link.counters.onRetransmitted(link.outbound.retransmitted());
        }
    }

    @Override
    public void onMessage(Channel channel, DirectBuffer buffer, int offset, int length, long tag) {
        Link link = channel.link;
        if (link != null && link.inTag == tag && link.up) {
            deliver(link, channel.stream, buffer, offset, length);
            return;
        }
        switch (Tag.kind(tag)) {
            case Tag.LINK -> onLinkMessage(channel, buffer, offset, length, tag);
            case Tag.PIECE -> onPiece(channel, buffer, offset, length, tag);
            default -> onEarly(channel, buffer, offset, length, tag);
        }
    }

    private void deliver(Link link, Stream stream, DirectBuffer buffer, int offset, int length) {
        if (stream == Stream.BULK) {
            link.assembler.reset();
        }
        link.counters.onReceived();
        delivered++;
        handler.onMessage(link.node, stream, buffer, offset, length);
    }

    /** A message may overtake the hello that would have brought the link up; or it is of another life. */
    private void onEarly(Channel channel, DirectBuffer buffer, int offset, int length, long tag) {
        if (isOfThisLife(channel, tag)) {
            deliver(channel.link, channel.stream, buffer, offset, length);
        }
    }

    private boolean isOfThisLife(Channel channel, long tag) {
        Link link = channel.link;
        if (link == null) {
            return false; // nobody known speaks there
        }
        if (Tag.lifeOf(tag) != link.lifeIn) {
            link.counters.onStale();
            return false;
        }
        if (!link.up) {
            link.handshake.onProven();
            upIfComplete(link);
        }
        return link.up;
    }

    private void onPiece(Channel channel, DirectBuffer buffer, int offset, int length, long tag) {
        if (!isOfThisLife(channel, tag)) {
            return;
        }
        Link link = channel.link;
        boolean isBulk = channel.stream == Stream.BULK;
        switch (isBulk ? link.assembler.onPiece(buffer, offset, length) : PieceAssembler.Result.MALFORMED) {
            case WHOLE -> {
                int whole = link.assembler.length();
                link.counters.onReceived();
                delivered++;
                handler.onMessage(link.node, channel.stream, link.assembler.buffer(), 0, whole);
                link.assembler.reset();
            }
            case MALFORMED -> {
                link.counters.onMalformed();
                restart(link, LinkDown.MALFORMED);
            }
            default -> delivered++;
        }
    }

    private void onLinkMessage(Channel channel, DirectBuffer buffer, int offset, int length, long tag) {
        Link link = channel.link;
        switch (talk.decode(buffer, offset, length)) {
            case HELLO -> onHello(channel, talk.hello());
            case PING -> {
                if (isOfThisLife(channel, tag)) {
                    talk.pong(link);
                }
            }
            case PONG -> {
                if (isOfThisLife(channel, tag)) {
                    link.counters.onRoundTrip(clock.nanoTime() - talk.timeNs());
                }
            }
            default -> {
                if (link != null) {
                    link.counters.onMalformed();
                }
            }
        }
    }

    private void onHello(Channel channel, HelloMessage message) {
        if (channel.lost) {
            return;
        }
        boolean fromGuest = channel.stream == Stream.CLIENT && !self.isClient();
        Link link = fromGuest ? guestOf(channel, message) : memberOf(channel, message);
        if (link == null) {
            return;
        }
        if (message.nonce() != link.handshake.peerNonce()) {
            onPeerRenewed(link, message);
        }
        boolean allHeard = link.handshake.isHeard();
        link.heardOn(channel);
        link.handshake.onHello(channel.stream, message.echo(), message.heard());
        upIfComplete(link);
        boolean isNews = !allHeard && link.handshake.isHeard();
        if (isNews || (message.asks() && channel.stream == link.talkStream)) {
            talk.hello(link, self, clock.nanoTime());
        }
    }

    /** @return the link with the node that says hello; null if it does not belong to us */
    private Link memberOf(Channel channel, HelloMessage message) {
        int node = message.hello().node();
        Link link = node >= 0 && node <= MAX_NODE ? byNode[node] : null;
        if (link == null) {
            onStranger(node);
            return null;
        }
        if (!StreamSet.contains(link.streams, channel.stream)) {
            link.counters.onMalformed();
            return null;
        }
        if (link.isOutdated(message)) {
            link.counters.onStale();
            return null;
        }
        String objection = Objections.to(message, self, link.peer.address());
        if (objection != null) {
            refuse(link, objection);
            return null;
        }
        return link;
    }

    /** @return the link with the client that says hello; null if it cannot come in */
    private Link guestOf(Channel channel, HelloMessage message) {
        if (!message.hello().isClient()) {
            onStranger(message.hello().node());
            return null;
        }
        Link known = channel.link;
        if (known != null && known.handshake.peerNonce() == message.nonce()) {
            return known;
        }
        if (known != null) {
            dismiss(known, LinkDown.PEER_RESTARTED);
        }
        long nowNs = clock.nanoTime();
        String objection = guests.objectionTo(message, self);
        if (objection != null) {
            if (guests.onRefused(nowNs)) {
                delivered++;
                handler.onRefused(Hello.CLIENT, objection);
            }
            return null;
        }
        Link guest = guests.admit(wire.answer(channel));
        guest.reachedNs = nowNs;
        guest.renew(Tag.toNonce(random.getAsLong()), nowNs);
        links = ArrayUtil.add(links, guest);
        return guest;
    }

    /** A client is no longer spoken with. If it still lives it says hello anew, and is another one. */
    private void dismiss(Link guest, LinkDown reason) {
        guests.remove(guest);
        links = ArrayUtil.remove(links, guest);
        guest.forgetChannels();
        guest.outbound.close();
        if (guest.up) {
            guest.up = false;
            guest.untold = reason;
            gone.add(guest);
        }
    }

    private void onPeerRenewed(Link link, HelloMessage message) {
        Hello known = link.hello;
        boolean isAnother = known != null
                && (known.identity() != message.hello().identity()
                        || !known.incarnation().equals(message.hello().incarnation()));
        if (link.up) {
            link.untold = isAnother ? LinkDown.PEER_RESTARTED : LinkDown.GAP;
        }
        if (isAnother) {
            // Should the one before speak again, it must learn that messages of its life were lost meanwhile.
            link.renew(Tag.toNonce(random.getAsLong()), clock.nanoTime());
        }
        link.onPeerRenewed(message, clock.nanoTime());
    }

    private void upIfComplete(Link link) {
        if (link.up || !link.handshake.isComplete()) {
            return;
        }
        if (link.untold != null) {
            LinkDown reason = link.untold;
            link.untold = null;
            handler.onLinkDown(link.node, reason);
        }
        link.onUp();
        link.objection = "";
        talk.hello(link, self, clock.nanoTime());
        delivered++;
        handler.onLinkUp(link.hello);
    }

    private void onStranger(int node) {
        boolean isSelf = node == self.node();
        int place = node >= 0 && node <= MAX_NODE ? node : MAX_NODE + 1;
        if (!strangers.get(place)) {
            strangers.set(place);
            delivered++;
            handler.onRefused(
                    node,
                    isSelf
                            ? "another node says that it is node " + node + ", which is this one's number"
                            : "node " + node + " says hello, and this node " + self.node() + " has no link with it");
        }
    }

    private void refuse(Link link, String objection) {
        link.counters.onRefused();
        if (link.up) {
            restart(link, LinkDown.REFUSED);
        }
        if (!objection.equals(link.objection)) {
            link.objection = objection;
            delivered++;
            handler.onRefused(link.node, objection);
        }
    }

    @Override
    public void onLost(Channel channel) {
        Link link = channel.link;
        channel.link = null;
        channel.lost = true;
        if (link != null && link.isHeardOn(channel)) {
            link.handshake.onLost(channel.stream);
            restart(link, link.outbound.isConnected() ? LinkDown.GAP : LinkDown.PEER_GONE);
        }
    }

    @Override
    public void onMisfit(int node, String why) {
        if (node >= 0 && byNode[node] != null) {
            byNode[node].counters.onRefused();
        }
        if (misfits.size() < MISFITS_KEPT) {
            misfits.add(new Misfit(node, why));
        }
    }

    @Override
    public void onRebuilt() {
        generation++;
        introduceAs(self);
    }

    @Override
    public void introduceAs(Hello hello) {
        self = hello.withGeneration(generation);
        for (Link link : links) {
            restart(link, LinkDown.RESTARTED);
        }
    }

    /** Takes a link down on our side; the peer learns it from the new nonce. */
    private void restart(Link link, LinkDown reason) {
        if (link.isGuest()) {
            dismiss(link, reason);
            return;
        }
        if (link.up) {
            link.untold = reason;
        }
        link.renew(Tag.toNonce(random.getAsLong()), clock.nanoTime());
        if (self.isClient()) {
            reachAnew(link);
        }
    }

    /** The way back from a node is made for one life of it. */
    private void reachAnew(Link link) {
        link.outbound.renew();
        link.reachedNs = clock.nanoTime();
    }

    @Override
    public void add(Peer peer) {
        if (peer.node() == self.node()) {
            throw new IllegalArgumentException("node " + peer.node() + " is this node; it has no link with itself");
        }
        Link old = byNode[peer.node()];
        if (old != null && old.peer.equals(peer)) {
            return;
        }
        remove(peer.node());
        if (counters[peer.node()] == null) {
            counters[peer.node()] = new LinkCounters();
        }
        int streams = self.isClient() ? StreamSet.OF_CLIENT : StreamSet.OF_MEMBERS;
        int assembledBytes = !self.isClient() && maxMessageBytes > maxWholeBulkBytes ? maxMessageBytes : 0;
        Link link = Link.toNode(
                peer, streams, wire.connect(peer), counters[peer.node()], assembledBytes, attempts[peer.node()]);
        link.renew(Tag.toNonce(random.getAsLong()), clock.nanoTime());
        link.reachedNs = clock.nanoTime();
        byNode[peer.node()] = link;
        links = ArrayUtil.add(links, link);
    }

    @Override
    public void remove(int node) {
        Link link = find(node);
        if (link != null && link.isGuest()) {
            dismiss(link, LinkDown.PEER_GONE);
            gone.remove(link);
        } else if (link != null) {
            byNode[node] = null;
            links = ArrayUtil.remove(links, link);
            link.outbound.close();
            link.renew(Tag.toNonce(random.getAsLong()), clock.nanoTime()); // nothing that is on the way fits any more
            attempts[node] = link.handshake.attempt();
        }
    }

    @Override
    public boolean isUp(int node) {
        return upLink(node) != null;
    }

    @Override
    public LinkCounters counters(int node) {
        Link guest = guests.find(node);
        LinkCounters found = guest != null ? guest.counters : node >= 0 && node <= MAX_NODE ? counters[node] : null;
        if (found == null) {
            throw new IllegalArgumentException("node " + node + " was never added");
        }
        return found;
    }

    @Override
    public TransportCounters counters() {
        return wire.counters();
    }

    @Override
    public Claim newClaim() {
        return wire.newClaim();
    }

    @Override
    public int maxClaimBytes() {
        return wire.maxClaimBytes();
    }

    @Override
    public int maxWholeBytes(Stream stream) {
        return wire.maxWholeBytes(stream);
    }

    @Override
    public int maxMessageBytes(Stream stream) {
        return stream == Stream.BULK ? maxMessageBytes : wire.maxWholeBytes(stream);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            for (Link link : links) {
                link.outbound.close();
                link.up = false;
            }
            wire.close();
        }
    }
}
