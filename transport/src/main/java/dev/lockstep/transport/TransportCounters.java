package dev.lockstep.transport;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * What came to a transport's ports and was of no link, since it was opened. Each is written by one thread, and read by
 * any. A few strange datagrams come with every link that begins; many of any kind mean that somebody talks to these
 * ports who should not.
 */
public final class TransportCounters {
    private final AtomicLong malformed = new AtomicLong();
    private final AtomicLong strange = new AtomicLong();
    private final AtomicLong crowdedOut = new AtomicLong();
    private final AtomicLong rejected = new AtomicLong();
    private final LongSupplier kernelDrops;

    /** @param kernelDrops asks the system, on the thread that reads */
    public TransportCounters(LongSupplier kernelDrops) {
        this.kernelDrops = kernelDrops;
    }

    private static void add(AtomicLong counter) {
        counter.lazySet(counter.getPlain() + 1);
    }

    /** Counts a datagram that no driver sends. */
    public void onMalformed() {
        add(malformed);
    }

    /** Counts a datagram from a source that has no place here. */
    public void onStrange() {
        add(strange);
    }

    /** Counts a source that there was no place for. */
    public void onCrowdedOut() {
        add(crowdedOut);
    }

    /** Counts a stream on which nobody said a hello that counts. */
    public void onRejected() {
        add(rejected);
    }

    /** @return datagrams dropped that no driver sends */
    public long malformed() {
        return malformed.get();
    }

    /** @return sound datagrams dropped because their source has no place here, or not yet, or is not who has it */
    public long strange() {
        return strange.get();
    }

    /** @return how often a source was turned away because all places were taken */
    public long crowdedOut() {
        return crowdedOut.get();
    }

    /** @return streams ended because no peer said hello on them, or because they brought what no peer sends */
    public long rejected() {
        return rejected.get();
    }

    /**
     * Asks the system, which takes a millisecond or so: not for the transport's own thread.
     *
     * @return datagrams that the system dropped at this node's ports because nobody took them in time, of all links
     *     together; -1 if it does not tell, or this is a client
     */
    public long kernelDrops() {
        return kernelDrops.getAsLong();
    }
}
