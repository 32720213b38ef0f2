package dev.lockstep.transport.aeron;

import dev.lockstep.transport.Stream;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * The streams that may be received at one port, which are those whose source has shown that it is where it says to be.
 * For each there is memory here, so there is a place for few: some for each address where a peer is expected, and as
 * many for all others together, for a peer may send from an address that is not the one where it listens. Those others
 * cannot take a peer's places. Belongs to the driver's thread.
 */
final class Sessions {
    /** A peer that is started again and again leaves that many behind within the time that each is remembered. */
    static final int PLACES_A_PEER = 6;

    static final int PLACES_OF_OTHERS = 6;
    /** By then Aeron has given up what it kept for a stream that is not heard. */
    static final long REMEMBERED_NS = TimeUnit.SECONDS.toNanos(3);

    /** One stream of one source. */
    static final class Session {
        private final int streamId;
        private final InetSocketAddress source;
        private final boolean isOther;
        private long heardNs;

        Session(int streamId, InetSocketAddress source, boolean isOther, long nowNs) {
            this.streamId = streamId;
            this.source = source;
            this.isOther = isOther;
            this.heardNs = nowNs;
        }

        /** @return whether that is its source; then it is remembered for longer */
        boolean isHeard(InetSocketAddress from, long nowNs) {
            if (!source.equals(from)) {
                return false;
            }
            heardNs = nowNs;
            return true;
        }
    }

    private final ExpectedPeers peers;
    private final int clients;
    private final Long2ObjectHashMap<Session> sessions = new Long2ObjectHashMap<>();

    /**
     * @param peers those who are expected
     * @param clients how many clients there is room for
     */
    Sessions(ExpectedPeers peers, int clients) {
        this.peers = peers;
        this.clients = clients;
    }

    private int placesOfOthers(int streamId) {
        return StreamIds.streamOf(streamId) == Stream.CLIENT ? PLACES_OF_OTHERS + clients : PLACES_OF_OTHERS;
    }

    private static long key(int streamId, int sessionId) {
        return (long) streamId << Integer.SIZE | (sessionId & 0xFFFF_FFFFL);
    }

    /** @return null if it has no place */
    Session find(int streamId, int sessionId) {
        return sessions.get(key(streamId, sessionId));
    }

    /** @return whether it has a place now, or had one */
    boolean admit(int streamId, int sessionId, InetSocketAddress source, long nowNs) {
        sessions.values().removeIf(each -> nowNs - each.heardNs > REMEMBERED_NS);
        Session known = find(streamId, sessionId);
        if (known != null) {
            return known.source.equals(source);
        }
        int there = 0;
        int others = 0;
        for (Session each : sessions.values()) {
            if (each.streamId == streamId) {
                others += each.isOther ? 1 : 0;
                there += !each.isOther && each.source.getAddress().equals(source.getAddress()) ? 1 : 0;
            }
        }
        boolean isOther = there >= PLACES_A_PEER * peers.at(source.getAddress());
        if (isOther && others >= placesOfOthers(streamId)) {
            return false;
        }
        sessions.put(key(streamId, sessionId), new Session(streamId, source, isOther, nowNs));
        return true;
    }

    int count() {
        return sessions.size();
    }
}
