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
        private long epoch;
        private Remembered remembered = new Remembered();
        /** It offers less than it had: nothing counts any more that it says under this identity. */
        private boolean isRefused;
    }

    private final Peer[] peers = new Peer[Transport.MAX_NODE + 1];

    Peers() {
        for (int node = 0; node < peers.length; node++) {
            peers[node] = new Peer();
        }
    }

    void onUp(int node, Hello hello) {
        Peer peer = peers[node];
        long start = hello.incarnation().start();
        peer.isUp = true;
        if (peer.id != hello.identity()) {
            peer.id = hello.identity();
            peer.identity = new Identity(peer.id);
            peer.remembered = new Remembered();
            peer.isRefused = false;
        } else if (start > peer.start) {
            peer.remembered.onStarted();
        }
        peer.start = start;
        peer.isBorn = hello.clusterId() != 0;
        peer.epoch = hello.epoch();
    }

    void onDown(int node) {
        peers[node].isUp = false;
    }

    boolean isUp(int node) {
        return peers[node].isUp;
    }

    /** @return whether it is there, belongs to an epoch, and is not refused */
    boolean isThereIn(int node, long epoch) {
        Peer peer = peers[node];
        return peer.isUp && peer.isBorn && peer.epoch == epoch && !peer.isRefused;
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
        return peer.id == identity && peer.start == start && !isRefused(node);
    }

    /** @return whether that is who is there now, and it is not refused */
    boolean isCurrent(int node, Identity identity) {
        return peers[node].id == identity.value() && !isRefused(node);
    }

    /** @return whether somebody else is there now: whoever that was has lost what it had */
    boolean isReplaced(int node, Identity identity) {
        return peers[node].isUp && peers[node].id != identity.value();
    }

    /** @return whether it says no less than it did in an earlier start */
    boolean hear(int node, long epoch, long term) {
        return peers[node].remembered.hear(epoch, term);
    }

    /** @return the newest term that it said it is in */
    Remembered remembered(int node) {
        return peers[node].remembered;
    }

    /** Its disk was set back: it counts for nothing, as long as it is who it is. */
    void refuse(int node) {
        peers[node].isRefused = true;
    }

    boolean isRefused(int node) {
        return peers[node].isRefused;
    }

    /** @return whether a configuration names the one who is there */
    boolean isNamed(int node, Config config) {
        return config != null && config.names(node, peers[node].identity) && !isRefused(node);
    }
}
