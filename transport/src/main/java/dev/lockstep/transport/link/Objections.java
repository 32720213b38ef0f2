package dev.lockstep.transport.link;

import dev.lockstep.transport.Hello;

/** Says why a peer does not belong to us, in a sentence that names both sides' values. */
final class Objections {
    private Objections() {}

    /** @return null if there is none */
    static String to(HelloMessage message, Hello self, String address) {
        Hello peer = message.hello();
        String difference = difference(message, peer, self);
        return difference == null ? null : "node " + peer.node() + " at " + address + " is refused: " + difference;
    }

    /** @return null if there is none */
    static String toClient(HelloMessage message, Hello self) {
        String difference = difference(message, message.hello(), self);
        return difference == null ? null : "a client is refused: " + difference;
    }

    /** An older incarnation lives, and the newest does not: PROTOCOL B, rolled-back disks. */
    static String toOlder(HelloMessage message, Hello newest, String address) {
        return "node " + newest.node() + " at " + address + " is refused: it is at start "
                + message.hello().incarnation() + ", and was at start " + newest.incarnation()
                + " before; its directory was set back, so it must be taken in as a new node";
    }

    private static String difference(HelloMessage message, Hello peer, Hello self) {
        if (message.protocolVersion() != HelloMessage.PROTOCOL_VERSION) {
            return "it speaks protocol version " + message.protocolVersion() + ", and this side speaks "
                    + HelloMessage.PROTOCOL_VERSION + "; run the same release on both";
        }
        boolean bothBorn = peer.clusterId() != 0 && self.clusterId() != 0;
        if (bothBorn && peer.clusterId() != self.clusterId()) {
            return String.format(
                    "it belongs to cluster %016x, and this side to cluster %016x; one of the two has a wrong address or"
                            + " directory",
                    peer.clusterId(), self.clusterId());
        }
        boolean areMembers = !peer.isClient() && !self.isClient();
        if (areMembers && peer.group() != self.group()) {
            return "it is of group " + peer.group() + ", and this side of group " + self.group();
        }
        return null;
    }
}
