package dev.lockstep.transport.link;

import dev.lockstep.transport.Hello;
import dev.lockstep.transport.LinkDown;
import dev.lockstep.transport.Stream;
import dev.lockstep.transport.Transport;
import java.util.BitSet;
import java.util.function.LongSupplier;
import org.agrona.concurrent.NanoClock;

/**
 * Says hello and hears it: begins, completes and ends the lives of links, and decides who belongs to us. Owned by the
 * transport's thread.
 */
final class Greetings {
    /** A client that is not answered begins anew after this: its way back is of one life of the node. */
    private static final long CLIENT_REACHES_ANEW_NS = 2_000_000_000L;
    /** A member does, for what else may have gone wrong on the way. */
    private static final long MEMBER_REACHES_ANEW_NS = 30_000_000_000L;
    /** What is still said of an older life after so long a silence of the newest is not late: somebody lives it. */
    private static final long QUIET_NS = 10_000_000_000L;
    /** So often a client may begin anew on the same stream. */
    private static final long GUEST_INTERVAL_NS = 1_000_000_000L;

    private final Wire wire;
    private final LinkTable table;
    private final LinkTalk talk;
    private final Announcements announcements;
    private final NanoClock clock;
    private final LongSupplier random;
    private final BitSet strangers = new BitSet();
    private Hello self;

    Greetings(
            Wire wire,
            LinkTable table,
            LinkTalk talk,
            Announcements announcements,
            Hello self,
            NanoClock clock,
            LongSupplier random) {
        this.wire = wire;
        this.table = table;
        this.talk = talk;
        this.announcements = announcements;
        this.self = self;
        this.clock = clock;
        this.random = random;
    }

    Hello self() {
        return self;
    }

    /** Says something else from now on; every link begins a new life. */
    void introduceAs(Hello hello) {
        self = hello;
        for (Link link : table.all()) {
            restart(link, LinkDown.RESTARTED);
        }
    }

    /** The first life of a link. */
    void begin(Link link) {
        link.reachedNs = clock.nanoTime();
        renew(link);
        if (!link.isGuest()) {
            strangers.clear(link.node);
        }
    }

    /** A new life begins: nothing that is on the way fits any more. */
    void renew(Link link) {
        link.renew(Tag.toNonce(random.getAsLong()), clock.nanoTime());
    }

    void onHello(Channel channel, HelloMessage message) {
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
        link.helloNs = clock.nanoTime();
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
        Link link = table.ofNode(node);
        if (link == null) {
            onStranger(node);
            return null;
        }
        if (!StreamSet.contains(link.streams, channel.stream)) {
            link.counters.onMalformed();
            return null;
        }
        if (link.isOutdated(message)) {
            if (link.up || clock.nanoTime() - link.helloNs < QUIET_NS) {
                link.counters.onStale();
                return null;
            }
            if (!link.isSuperseded(message)) {
                refuse(link, Objections.toOlder(message, link.hello, link.peer.address()));
                return null;
            }
            link.forgive();
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
        long nowNs = clock.nanoTime();
        if (channel.hadGuest && nowNs - channel.guestNs < GUEST_INTERVAL_NS) {
            return null; // it says hello again soon
        }
        channel.hadGuest = true;
        channel.guestNs = nowNs;
        if (known != null) {
            dismiss(known, LinkDown.PEER_RESTARTED);
        }
        String objection = table.guests().objectionTo(message, self);
        if (objection != null) {
            if (table.guests().mayReport(nowNs)) {
                announcements.refused(Hello.CLIENT, objection);
            }
            return null;
        }
        Link guest = table.admitGuest(wire.answer(channel));
        begin(guest);
        return guest;
    }

    /** A client is no longer spoken with. If it still lives it says hello anew, and is another one. */
    void dismiss(Link guest, LinkDown reason) {
        table.removeGuest(guest);
        guest.forgetChannels();
        guest.outbound.close();
        if (guest.up) {
            guest.up = false;
            announcements.down(guest, reason);
        }
    }

    private void onPeerRenewed(Link link, HelloMessage message) {
        Hello known = link.hello;
        boolean isAnother = known != null
                && (known.identity() != message.hello().identity()
                        || !known.incarnation().equals(message.hello().incarnation()));
        if (link.up) {
            announcements.down(link, isAnother ? LinkDown.PEER_RESTARTED : LinkDown.GAP);
        }
        if (isAnother) {
            // Should the one before speak again, it must learn that messages of its life were lost meanwhile.
            renew(link);
            if (self.isClient()) {
                reachAnew(link);
            }
        }
        link.onPeerRenewed(message, clock.nanoTime());
    }

    void upIfComplete(Link link) {
        if (link.up || !link.handshake.isComplete()) {
            return;
        }
        link.onUp();
        link.objection = "";
        talk.hello(link, self, clock.nanoTime());
        announcements.up(link);
    }

    /** @param speaker the node, or {@link Hello#CLIENT} */
    private void onStranger(int speaker) {
        int place = speaker == Hello.CLIENT ? Transport.MAX_NODE + 1 : speaker;
        if (!strangers.get(place)) {
            strangers.set(place);
            announcements.refused(speaker, whyStrange(speaker));
        }
    }

    private String whyStrange(int speaker) {
        if (speaker == Hello.CLIENT) {
            return "a client says hello where nodes speak";
        }
        if (speaker == self.node()) {
            return "another node says that it is node " + speaker + ", which is this one's number; give it its own";
        }
        return table.ofNode(speaker) == null
                ? "node " + speaker + " says hello, and this node " + self.node()
                        + " has no link with it; add it here, or stop it"
                : "node " + speaker + " says hello as if it were a client";
    }

    private void refuse(Link link, String objection) {
        link.counters.onRefused();
        if (link.up) {
            restart(link, LinkDown.REFUSED);
        }
        if (!objection.equals(link.objection)) {
            link.objection = objection;
            announcements.refused(link.node, objection);
        }
    }

    /** Takes a link down on our side; the peer learns it from the new nonce. */
    void restart(Link link, LinkDown reason) {
        if (link.isGuest()) {
            dismiss(link, reason);
            return;
        }
        if (link.up) {
            announcements.down(link, reason);
        }
        renew(link);
        if (self.isClient()) {
            reachAnew(link);
        } else {
            link.reachedNs = clock.nanoTime();
        }
    }

    private void reachAnew(Link link) {
        link.outbound.renew();
        link.reachedNs = clock.nanoTime();
    }

    void lookAfter(Link link, long nowNs) {
        if (link.nextHelloNs - nowNs > 0) {
            return;
        }
        long patienceNs = self.isClient() ? CLIENT_REACHES_ANEW_NS : MEMBER_REACHES_ANEW_NS;
        if (!link.up && !link.isGuest() && nowNs - link.reachedNs > patienceNs) {
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
}
