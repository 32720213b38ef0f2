package dev.lockstep.transport.link;

import dev.lockstep.transport.Hello;
import dev.lockstep.transport.LinkCounters;
import dev.lockstep.transport.LinkDown;
import dev.lockstep.transport.Peer;
import dev.lockstep.transport.Stream;
import org.agrona.collections.LongHashSet;

/** What is known of one peer, and the way to it. Owned by the transport's thread. */
final class Link {
    final int node;
    /** Who it is; null if it is a client of this node. */
    final Peer peer;

    final int streams;
    /** Where links talk about themselves. */
    final Stream talkStream;

    final Outbound outbound;
    final LinkCounters counters;
    final Handshake handshake;
    final PieceSender pieces;
    final PieceAssembler assembler;
    /** Where the peer's present nonce was heard last, by stream. */
    private final Channel[] channels = new Channel[Stream.count()];
    /** Identities that a later one of the same node has taken the place of. */
    private final LongHashSet superseded = new LongHashSet();

    /** This life, as messages to us and from us carry it; and the whole tag of plain ones. */
    long lifeIn;

    long lifeOut;
    long inTag;
    long outTag;
    boolean up;
    /** Why it went down, until the handler is told; null if it has been. */
    LinkDown untold;
    /** What the peer has said of itself last; null before it has. */
    Hello hello;

    /** When it has said anything of itself last. */
    long helloNs;

    long peerAttempt;
    /** Whose identity it was when the link was last up. */
    private long provenIdentity;

    /** When a client was first heard, or this side last began to reach for the peer. */
    long reachedNs;

    long nextHelloNs;
    /** The last objection that was reported. */
    String objection = "";

    private Link(
            int node,
            Peer peer,
            int streams,
            Outbound outbound,
            LinkCounters counters,
            int assembledBytes,
            long attempt) {
        this.node = node;
        this.peer = peer;
        this.streams = streams;
        this.talkStream = StreamSet.contains(streams, Stream.CONTROL) ? Stream.CONTROL : Stream.CLIENT;
        this.handshake = new Handshake(streams, attempt);
        this.outbound = outbound;
        this.counters = counters;
        this.pieces = new PieceSender(outbound);
        this.assembler = new PieceAssembler(assembledBytes);
    }

    /** A link with a node, from a member or, with one stream, from a client. */
    static Link toNode(
            Peer peer, int streams, Outbound outbound, LinkCounters counters, int assembledBytes, long attempt) {
        return new Link(peer.node(), peer, streams, outbound, counters, assembledBytes, attempt);
    }

    /** A link with a client that has come to this node. */
    static Link ofGuest(int number, Outbound outbound) {
        return new Link(
                number,
                null,
                StreamSet.OF_CLIENT,
                outbound,
                new LinkCounters(),
                0,
                number); // a later guest may be the same client
    }

    boolean isGuest() {
        return peer == null;
    }

    /** A new life begins on our side: what is on the way to us is of an old one. */
    void renew(long nonce, long nowNs) {
        handshake.renew(nonce);
        begin(nowNs);
    }

    private void begin(long nowNs) {
        lifeIn = Tag.life(handshake.peerNonce(), handshake.nonce());
        lifeOut = Tag.life(handshake.nonce(), handshake.peerNonce());
        inTag = Tag.of(lifeIn, Tag.MESSAGE);
        outTag = Tag.of(lifeOut, Tag.MESSAGE);
        up = false;
        pieces.reset();
        assembler.reset();
        nextHelloNs = nowNs;
    }

    /** The peer has begun a new life. */
    void onPeerRenewed(HelloMessage message, long nowNs) {
        hello = message.hello();
        peerAttempt = message.attempt();
        handshake.onPeerRenewed(message.nonce());
        begin(nowNs);
    }

    /** @return whether another identity has taken the place of the one that speaks */
    boolean isSuperseded(HelloMessage message) {
        return superseded.contains(message.hello().identity());
    }

    /** The node is who it was before after all: what was known of it counts no longer. */
    void forgive() {
        hello = null;
        superseded.clear();
        provenIdentity = 0;
    }

    void onUp() {
        up = true;
        if (provenIdentity != 0 && provenIdentity != hello.identity()) {
            superseded.add(provenIdentity);
        }
        provenIdentity = hello.identity();
        counters.onUp();
    }

    /** @return whether what was said is older than what is known: from a life of the peer that is over */
    boolean isOutdated(HelloMessage message) {
        if (hello == null) {
            return false;
        }
        Hello said = message.hello();
        if (said.identity() != hello.identity()) {
            return isSuperseded(message);
        }
        int order = said.incarnation().compareTo(hello.incarnation());
        if (order != 0) {
            return order < 0;
        }
        boolean isSame = message.nonce() == handshake.peerNonce();
        return isSame ? message.attempt() != peerAttempt : message.attempt() <= peerAttempt; // each has one nonce
    }

    void heardOn(Channel channel) {
        channel.link = this;
        channels[channel.stream.number()] = channel;
    }

    /** Nobody known speaks on its channels any more. */
    void forgetChannels() {
        for (Channel channel : channels) {
            if (channel != null) {
                channel.link = null;
            }
        }
    }

    /** @return whether the peer's present nonce was heard there last, and there */
    boolean isServedBy(Channel channel) {
        return isHeardOn(channel) && handshake.hasHeard(channel.stream);
    }

    /** @return whether a nonce of the peer was heard there last */
    @SuppressWarnings("ReferenceEquality") // a channel is one object
    boolean isHeardOn(Channel channel) {
        return channels[channel.stream.number()] == channel;
    }
}
