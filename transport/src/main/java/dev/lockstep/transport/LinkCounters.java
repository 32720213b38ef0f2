package dev.lockstep.transport;

import java.util.concurrent.atomic.AtomicLong;

/** What happened on a link since the transport was opened. Written by the transport's thread, read by any. */
public final class LinkCounters {
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong received = new AtomicLong();
    private final AtomicLong backPressured = new AtomicLong();
    private final AtomicLong stale = new AtomicLong();
    private final AtomicLong malformed = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong ups = new AtomicLong();
    private final AtomicLong retransmitted = new AtomicLong();
    private final AtomicLong roundTripNs = new AtomicLong();

    private static void add(AtomicLong counter) {
        counter.lazySet(counter.getPlain() + 1);
    }

    /** Counts a message that was accepted. */
    public void onSent() {
        add(sent);
    }

    /** Counts a message that was delivered. */
    public void onReceived() {
        add(received);
    }

    /** Counts an offer that was not accepted for want of room. */
    public void onBackPressured() {
        add(backPressured);
    }

    /** Counts a message of another life of the link, which was not delivered. */
    public void onStale() {
        add(stale);
    }

    /** Counts what no peer sends. */
    public void onMalformed() {
        add(malformed);
    }

    /** Counts a hello that did not fit. */
    public void onRefused() {
        add(refused);
    }

    /** Counts that the link came up. */
    public void onUp() {
        add(ups);
    }

    /** @param total how many repairs the peer has asked for */
    public void onRetransmitted(long total) {
        retransmitted.lazySet(total);
    }

    /** @param ns the newest round trip */
    public void onRoundTrip(long ns) {
        roundTripNs.lazySet(ns);
    }

    /** @return messages accepted to be sent */
    public long sent() {
        return sent.get();
    }

    /** @return messages delivered */
    public long received() {
        return received.get();
    }

    /** @return offers not accepted for want of room */
    public long backPressured() {
        return backPressured.get();
    }

    /** @return messages of another life of the link, dropped */
    public long stale() {
        return stale.get();
    }

    /** @return messages dropped that no peer sends */
    public long malformed() {
        return malformed.get();
    }

    /** @return hellos that did not fit */
    public long refused() {
        return refused.get();
    }

    /** @return how often the link came up */
    public long ups() {
        return ups.get();
    }

    /** @return how often the peer has asked for something to be sent again */
    public long retransmitted() {
        return retransmitted.get();
    }

    /** @return the newest measured round trip, through both transports' duty cycles; zero before the first */
    public long roundTripNs() {
        return roundTripNs.get();
    }
}
