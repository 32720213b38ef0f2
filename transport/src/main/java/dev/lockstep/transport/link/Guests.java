package dev.lockstep.transport.link;

import dev.lockstep.transport.Hello;
import dev.lockstep.transport.Transport;
import org.agrona.collections.Int2ObjectHashMap;

/**
 * The clients that speak with this node: as many as there are places, each with a number that is not used again while anybody remembers it.
 * Owned by the transport's thread.
 */
final class Guests {
    /** How long a client may take to answer. */
    static final long PATIENCE_NS = 5_000_000_000L;

    /** Clients that are refused can be many, and say anything. */
    private static final long REPORT_INTERVAL_NS = 1_000_000_000L;

    private final int places;
    private final Int2ObjectHashMap<Link> byNumber = new Int2ObjectHashMap<>();
    private int nextNumber = Transport.MAX_NODE + 1;
    private boolean reported;
    private long nextReportNs;

    Guests(int places) {
        this.places = places;
    }

    /** @return null if there is none of that number */
    Link find(int number) {
        return byNumber.get(number);
    }

    /** @return why the client cannot come in; null if it can */
    String objectionTo(HelloMessage message, Hello self) {
        String objection = Objections.toClient(message, self);
        if (objection == null && byNumber.size() >= places) {
            objection = "a client is refused: " + places + " are connected, and there are no more places";
        }
        return objection;
    }

    /** @return whether it is time to report a refusal; then it is reported */
    boolean mayReport(long nowNs) {
        if (reported && nextReportNs - nowNs > 0) {
            return false;
        }
        reported = true;
        nextReportNs = nowNs + REPORT_INTERVAL_NS;
        return true;
    }

    Link admit(Outbound answers) {
        nextNumber = nextNumber == Integer.MAX_VALUE ? Transport.MAX_NODE + 1 : nextNumber;
        while (byNumber.containsKey(nextNumber)) {
            nextNumber++;
        }
        Link guest = Link.ofGuest(nextNumber++, answers);
        byNumber.put(guest.node, guest);
        return guest;
    }

    void remove(Link guest) {
        byNumber.remove(guest.node);
    }
}
