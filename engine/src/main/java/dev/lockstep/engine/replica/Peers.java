package dev.lockstep.engine.replica;

import dev.lockstep.storage.Identity;
import dev.lockstep.transport.Hello;
import dev.lockstep.transport.Transport;

/**
 * Who is at the other end of each link, as its hello said. What comes in another one's name, or of an older start of the
 * same one, counts for nothing (safety 12, 17). Owned by the replica's thread.
 */
final class Peers {
    /** One other node. */
    private static final class Peer {
        private boolean isUp;
        private Identity identity = Identity.NONE;
        /** The identity's value, at hand for each message. */
        private long id;

        private long start;
        private boolean isBorn;
    }

    private final Peer[] peers = new Peer[Transport.MAX_NODE + 1];

    Peers() {
        for (int node = 0; node < peers.length; node++) {
            peers[node] = new Peer();
        }
    }

    void onUp(int node, Hello hello) {
        Peer peer = peers[node];
        peer.isUp = true;
        peer.id = hello.identity();
        peer.identity = new Identity(peer.id);
        peer.start = hello.incarnation().start();
        peer.isBorn = hello.clusterId() != 0;
    }

    void onDown(int node) {
        peers[node].isUp = false;
    }

    boolean isUp(int node) {
        return peers[node].isUp;
    }

    /** @return whether a cluster had taken it in when the link came up */
    boolean isBorn(int node) {
        return peers[node].isBorn;
    }

    Identity identity(int node) {
        return peers[node].identity;
    }

    long start(int node) {
        return peers[node].start;
    }

    /** @return whether that is who is there now */
    boolean isCurrent(int node, long identity, long start) {
        Peer peer = peers[node];
        return peer.id == identity && peer.start == start;
    }

    /** @return whether that is who is there now */
    boolean isCurrent(int node, Identity identity) {
        return peers[node].id == identity.value();
    }

    /** @return whether a configuration names the one who is there */
    boolean isNamed(int node, Config config) {
        return config != null && config.names(node, peers[node].identity);
    }
}
