package dev.lockstep.transport.aeron;

import dev.lockstep.transport.Peer;
import dev.lockstep.transport.Stream;

/** The way from one member to another. */
final class MemberOutbound extends AeronOutbound {
    private final Peer peer;
    /** Where the peer is; null while nobody knows. */
    private String address;

    MemberOutbound(AeronWire wire, Peer peer) {
        super(wire, Stream.ofMembers());
        this.peer = peer;
        lookAgain();
    }

    @Override
    void lookAgain() {
        String found = wire.addressOf(peer);
        if (found != null && !found.equals(address)) {
            address = found;
            makeAll();
            wire.expectThem();
        }
    }

    @Override
    int node() {
        return peer.node();
    }

    @Override
    String address() {
        return address;
    }

    @Override
    void onHostBack() {
        renew();
    }

    @Override
    String channel(Stream stream) {
        return "aeron:udp?endpoint=" + address + ":" + (peer.port() + StreamIds.portOffset(stream));
    }

    /** For what a publication cannot get over: our own address has changed, or the peer failed to set its stream up. */
    @Override
    public void renew() {
        if (address != null) {
            makeAll();
        }
    }
}
