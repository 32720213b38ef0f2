package dev.lockstep.transport.aeron;

import dev.lockstep.transport.Stream;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * The streams that may be received at one port, which are those whose source has shown that it is where it says to be.
 * For each there is memory here, so there is a place for few: some for each address where a peer is expected, and as
 * many for all others together, for a peer may send from an address that is not the one where it listens. Those others
 * cannot take a peer's places. A source whose stream was rejected cannot have the last places of either kind for a while,
 * so that it does not keep out everybody else, however many streams it has. Belongs to the driver's thread.
 */
final class Sessions {
    /** A peer that is started again and again leaves that many behind within the time that each is remembered. */
    static final int PLACES_A_PEER = 6;

    static final int PLACES_OF_OTHERS = 6;
    /** Those of either kind that nobody has whose stream was rejected lately. */
    static final int LAST_PLACES = 3;
    /** By then Aeron has given up what it kept for a stream that is not heard. */
    static final long REMEMBERED_NS = TimeUnit.SECONDS.toNanos(3);
    /** Longer than from one rejection of a stream to the next. */
    static final long REJECTED_NS = TimeUnit.SECONDS.toNanos(10);

    private static final int REJECTED_SOURCES_KEPT = 64;

    /** One stream of one source. */
    static final class Session {
        private final int streamId;
        private InetSocketAddress source;
        private final boolean isOther;
        private long heardNs;
        private boolean isRejected;

        Session(int streamId, InetSocketAddress source, boolean isOther, long nowNs) {
            this.streamId = streamId;
            this.source = source;
            this.isOther = isOther;
            this.heardNs = nowNs;
        }

        /** @return whether that is its source, and it was not rejected; then it is remembered for longer */
        boolean isHeard(InetSocketAddress from, long nowNs) {
            if (isRejected || !isSource(from)) {
                return false;
            }
            heardNs = nowNs;
            return true;
        }

        /** Mostly it is the very object that came before: a socket keeps the last one. */
        @SuppressWarnings("ReferenceEquality")
        private boolean isSource(InetSocketAddress from) {
            if (source != from) {
                if (!source.equals(from)) {
                    return false;
                }
                source = from;
            }
            return true;
        }
    }

    private final ExpectedPeers peers;
    private final int clients;
    private final Long2ObjectHashMap<Session> sessions = new Long2ObjectHashMap<>();
    /** When a stream of a source was rejected last. */
    private final Map<InetSocketAddress, Long> rejectedNs = new HashMap<>();

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
    Session find(int streamId, int sessionId, long nowNs) {
        Session session = sessions.get(key(streamId, sessionId));
        if (session != null && session.isRejected && isForgotten(session, nowNs)) {
            sessions.remove(key(streamId, sessionId)); // it may begin anew
            return null;
        }
        return session;
    }

    private static boolean isForgotten(Session session, long nowNs) {
        return nowNs - session.heardNs > REMEMBERED_NS;
    }

    /** @return whether it has a place now, or had one */
    boolean admit(int streamId, int sessionId, InetSocketAddress source, long nowNs) {
        sessions.values().removeIf(each -> isForgotten(each, nowNs));
        rejectedNs.values().removeIf(each -> nowNs - each > REJECTED_NS);
        Session known = find(streamId, sessionId, nowNs);
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
        int kept = rejectedNs.containsKey(source) ? LAST_PLACES : 0;
        boolean isOther = there >= PLACES_A_PEER * peers.at(source.getAddress()) - kept;
        if (isOther && others >= placesOfOthers(streamId) - kept) {
            return false;
        }
        sessions.put(key(streamId, sessionId), new Session(streamId, source, isOther, nowNs));
        return true;
    }

    /** A stream is heard no longer; its place is free when Aeron has given it up. Its source is remembered. */
    void reject(int streamId, int sessionId, long nowNs) {
        Session session = find(streamId, sessionId, nowNs);
        if (session == null || session.isRejected) {
            return;
        }
        session.isRejected = true;
        if (rejectedNs.size() < REJECTED_SOURCES_KEPT) {
            rejectedNs.put(session.source, nowNs);
        }
    }

    int count() {
        return sessions.size();
    }
}
