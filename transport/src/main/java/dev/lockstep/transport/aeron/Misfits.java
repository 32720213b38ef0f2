package dev.lockstep.transport.aeron;

import dev.lockstep.transport.Stream;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.Set;
import org.agrona.concurrent.OneToOneConcurrentArrayQueue;

/**
 * Senders whose settings are not ours, so that their stream cannot be received; each is noted once. Filled by the
 * driver's thread, emptied by the transport's.
 */
final class Misfits {
    private static final int KEPT = 64;

    /** A sender, and how it differs. */
    record Misfit(InetAddress address, Stream stream, String difference) {}

    private final OneToOneConcurrentArrayQueue<Misfit> untold = new OneToOneConcurrentArrayQueue<>(KEPT);
    /** The driver's thread's own. */
    private final Set<Misfit> noted = new HashSet<>();

    void note(InetAddress address, Stream stream, String difference) {
        Misfit misfit = new Misfit(address, stream, difference);
        if (noted.size() < KEPT && noted.add(misfit)) {
            untold.offer(misfit);
        }
    }

    /** @return the next one; null if all were told */
    Misfit poll() {
        return untold.poll();
    }
}
