package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.EngineException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import org.agrona.concurrent.NanoClock;

/**
 * Lets a backup go at a moderate rate, for it shares processor and device with the node, and ends it when that is closed.
 * Owned by the backup's thread.
 */
final class BackupPace implements IntConsumer {
    /** A quarter of what the next segment of the journal may be prepared at: a GiB takes 16 s, and as long to be read back. */
    private static final long BYTES_PER_SECOND = 64 << 20;

    /** What was not used while the device was slow is not made up for. */
    private static final long LONGEST_LAG_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final long SHORTEST_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(1);
    /** So soon it notices that the node is closed. */
    private static final long LONGEST_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(20);

    private final BooleanSupplier isClosing;
    private final NanoClock clock;
    private long dueNs;

    BackupPace(BooleanSupplier isClosing, NanoClock clock) {
        this.isClosing = isClosing;
        this.clock = clock;
        this.dueNs = clock.nanoTime();
    }

    /**
     * Waits until so many bytes are due.
     *
     * @throws EngineException.Closed if the node is closed meanwhile
     */
    @Override
    public void accept(int bytes) {
        checkOpen();
        dueNs = Math.max(dueNs, clock.nanoTime() - LONGEST_LAG_NS) + TimeUnit.SECONDS.toNanos(bytes) / BYTES_PER_SECOND;
        long aheadNs = dueNs - clock.nanoTime();
        while (aheadNs > SHORTEST_PAUSE_NS) {
            LockSupport.parkNanos(Math.min(aheadNs, LONGEST_PAUSE_NS));
            checkOpen();
            aheadNs = dueNs - clock.nanoTime();
        }
    }

    private void checkOpen() {
        if (isClosing.getAsBoolean()) {
            throw new EngineException.Closed(
                    "the engine was closed while it was backed up; the backup came to nothing", null);
        }
    }
}
