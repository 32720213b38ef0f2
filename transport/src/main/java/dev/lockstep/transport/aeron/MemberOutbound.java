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
        if (address != null) {
            makeAll();
        }
    }

    @Override
    String channel(Stream stream) {
        return "aeron:udp?endpoint=" + address + ":" + (peer.port() + StreamIds.portOffset(stream));
    }

    @Override
    public void renew() {
        // each way stands for itself
    }
}
