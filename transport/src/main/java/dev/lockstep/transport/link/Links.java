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
import java.util.function.LongSupplier;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.NanoClock;

/**
 * Links over a wire: which life of which peer a message belongs to, and that nothing of another one is delivered. Owned
 * by the transport's thread.
 */
public final class Links implements Transport, Receiver {
    /** How often links are looked after, which is nothing that a microsecond matters for. */
    private static final long LOOK_NS = 50_000;

    private final Wire wire;
    private final NanoClock clock;
    private final int maxMessageBytes;
    private final int maxWholeBulkBytes;
    private final LinkTable table;
    private final Announcements announcements = new Announcements();
    private final LinkTalk talk = new LinkTalk();
    private final Greetings greetings;
    private final Claim pieceClaim;
    private final Owner owner = new Owner();
    private int generation;
    private long nextLookNs;
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
        this.clock = clock;
        this.maxWholeBulkBytes = wire.maxWholeBytes(Stream.BULK);
        this.maxMessageBytes = Math.max(maxMessageBytes, maxWholeBulkBytes);
        this.table = new LinkTable(maxClients);
        this.greetings = new Greetings(wire, table, talk, announcements, self.withGeneration(0), clock, random);
        this.pieceClaim = wire.newClaim();
        this.nextLookNs = clock.nanoTime();
    }

    @Override
    public long offer(int node, Stream stream, DirectBuffer buffer, int offset, int length) {
        owner.check();
        Link link = table.findUp(node);
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
    public void giveUp(int node) {
        owner.check();
        Link link = table.findUp(node);
        if (link != null) {
            link.pieces.reset();
        }
    }

    @Override
    public long claim(int node, Stream stream, int length, Claim claim) {
        owner.check();
        Link link = table.findUp(node);
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

    private static long count(Link link, long result) {
        if (result >= 0) {
            link.counters.onSent();
        } else if (result == SendResult.BACK_PRESSURED) {
            link.counters.onBackPressured();
        }
        return result;
    }

    @Override
    public int poll(LinkHandler handler, int limit) {
        owner.check();
        if (closed) {
            return 0;
        }
        announcements.begin(handler);
        int polled = 0;
        int told = 0;
        try {
            announcements.catchUp();
            polled = wire.poll(this, limit);
            announcements.catchUp();
        } finally {
            told = announcements.end();
        }
        return polled + told;
    }

    @Override
    public int invoke() {
        owner.check();
        if (closed) {
            return 0;
        }
        long nowNs = clock.nanoTime();
        int work = wire.work(this, nowNs);
        if (nowNs - nextLookNs >= 0) {
            nextLookNs = nowNs + LOOK_NS;
            for (Link link : table.all()) {
                greetings.lookAfter(link, nowNs);
            }
        }
        return work;
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
        announcements.message(link, stream, buffer, offset, length);
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
            greetings.upIfComplete(link);
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
                announcements.message(link, channel.stream, link.assembler.buffer(), 0, whole);
                link.assembler.reset();
            }
            case MALFORMED -> {
                link.counters.onMalformed();
                greetings.restart(link, LinkDown.MALFORMED);
            }
            default -> {} // more is to come
        }
    }

    private void onLinkMessage(Channel channel, DirectBuffer buffer, int offset, int length, long tag) {
        Link link = channel.link;
        switch (talk.decode(buffer, offset, length)) {
            case HELLO -> greetings.onHello(channel, talk.hello());
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

    @Override
    public void onLost(Channel channel) {
        Link link = channel.link;
        channel.link = null;
        channel.lost = true;
        if (link != null && link.isHeardOn(channel)) {
            link.handshake.onLost(channel.stream);
            greetings.restart(link, link.outbound.isConnected() ? LinkDown.GAP : LinkDown.PEER_GONE);
        }
    }

    @Override
    public void onMisfit(int node, String why) {
        Link link = table.ofNode(node);
        if (link != null) {
            link.counters.onRefused();
        }
        announcements.refused(node, why);
    }

    @Override
    public void onAllLost() {
        generation++;
        greetings.introduceAs(greetings.self().withGeneration(generation));
    }

    @Override
    public void onTrouble(String why) {
        announcements.trouble(why);
    }

    @Override
    public void introduceAs(Hello hello) {
        checkOpen();
        Hello self = greetings.self();
        if (hello.node() != self.node()
                || hello.identity() != self.identity()
                || hello.incarnation().start() != self.incarnation().start()) {
            throw new IllegalArgumentException("node " + self.node() + " can say something else of its cluster, group"
                    + " and epoch, but cannot become another: " + self + " is not " + hello);
        }
        greetings.introduceAs(hello.withGeneration(generation));
    }

    @Override
    public void add(Peer peer) {
        checkOpen();
        Hello self = greetings.self();
        int node = peer.node();
        if (node == self.node()) {
            throw new IllegalArgumentException("node " + node + " is this node; it has no link with itself");
        }
        Link old = table.ofNode(node);
        if (old != null && old.peer.equals(peer)) {
            return;
        }
        boolean wasUp = old != null && (old.up || old.untold != null);
        remove(node);
        int streams = self.isClient() ? StreamSet.OF_CLIENT : StreamSet.OF_MEMBERS;
        int assembledBytes = !self.isClient() && maxMessageBytes > maxWholeBulkBytes ? maxMessageBytes : 0;
        Link link = Link.toNode(
                peer, streams, wire.connect(peer), table.countersFor(node), assembledBytes, table.attemptsFor(node));
        greetings.begin(link);
        table.addNode(link);
        if (wasUp) {
            announcements.down(link, LinkDown.RESTARTED);
        }
    }

    private void checkOpen() {
        owner.check();
        if (closed) {
            throw new IllegalStateException("this transport is closed");
        }
    }

    @Override
    public void remove(int node) {
        owner.check();
        Link link = table.find(node);
        if (link == null) {
            return;
        }
        if (link.isGuest()) {
            greetings.dismiss(link, LinkDown.PEER_GONE);
            announcements.forget(link);
            return;
        }
        link.forgetChannels(); // the loss of one must not have a link reached for that is no more
        link.outbound.close();
        greetings.renew(link);
        table.removeNode(link);
        announcements.forget(link);
    }

    @Override
    public boolean isUp(int node) {
        owner.check();
        return table.findUp(node) != null;
    }

    @Override
    public LinkCounters counters(int node) {
        owner.check();
        LinkCounters found = table.counters(node);
        if (found == null) {
            throw new IllegalArgumentException(
                    Transport.isClient(node)
                            ? "client " + node + " is not connected"
                            : "node " + node + " was never added");
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
        owner.check();
        if (!closed) {
            closed = true;
            for (Link link : table.all()) {
                link.outbound.close();
                link.up = false;
            }
            wire.close();
        }
    }

    @Override
    public void release() {
        owner.release();
    }
}
