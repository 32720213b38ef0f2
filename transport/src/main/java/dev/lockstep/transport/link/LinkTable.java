package dev.lockstep.transport.link;

import dev.lockstep.transport.LinkCounters;
import dev.lockstep.transport.Transport;
import org.agrona.collections.ArrayUtil;

/** The links that there are, of nodes and of clients. Owned by the transport's thread. */
final class LinkTable {
    private static final Link[] NONE = {};

    private final Link[] byNode = new Link[Transport.MAX_NODE + 1];
    private final LinkCounters[] counters = new LinkCounters[Transport.MAX_NODE + 1];
    /** How many nonces there were, by node, for links that are no more. */
    private final long[] attempts = new long[Transport.MAX_NODE + 1];

    private final Guests guests;
    private Link[] all = NONE;

    LinkTable(int maxClients) {
        guests = new Guests(maxClients);
    }

    Guests guests() {
        return guests;
    }

    /** @return every link; another array when one comes or goes */
    Link[] all() {
        return all;
    }

    /** @return null if there is none with that node, or it is no node's number */
    Link ofNode(int node) {
        return node >= 0 && node <= Transport.MAX_NODE ? byNode[node] : null;
    }

    /** @return null if there is none with that node or client */
    Link find(int number) {
        return number > Transport.MAX_NODE ? guests.find(number) : ofNode(number);
    }

    /** @return null if it is not up */
    Link findUp(int number) {
        Link link = find(number);
        return link != null && link.up ? link : null;
    }

    /** @return what is counted of a node, whatever becomes of its link; null if it was never added */
    LinkCounters counters(int number) {
        Link guest = guests.find(number);
        if (guest != null) {
            return guest.counters;
        }
        return number >= 0 && number <= Transport.MAX_NODE ? counters[number] : null;
    }

    LinkCounters countersFor(int node) {
        if (counters[node] == null) {
            counters[node] = new LinkCounters();
        }
        return counters[node];
    }

    long attemptsFor(int node) {
        return attempts[node];
    }

    void addNode(Link link) {
        byNode[link.node] = link;
        all = ArrayUtil.add(all, link);
    }

    void removeNode(Link link) {
        byNode[link.node] = null;
        all = ArrayUtil.remove(all, link);
        attempts[link.node] = link.handshake.attempt();
    }

    Link admitGuest(Outbound answers) {
        Link guest = guests.admit(answers);
        all = ArrayUtil.add(all, guest);
        return guest;
    }

    void removeGuest(Link guest) {
        guests.remove(guest);
        all = ArrayUtil.remove(all, guest);
    }
}
