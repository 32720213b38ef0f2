package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.Idle;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.YieldingIdleStrategy;

/** How threads wait for work: hot ones as the settings say, all others as those who have time. */
final class Idling {
    /** As long as hot threads park at most (DESIGN 5). */
    static final long PARK_NS = 50_000;

    /** As long as the background does, which keeps some milliseconds ahead of the journal's writer. */
    static final long BACKGROUND_PARK_NS = 5_000_000;

    /** As long as who replays and saves: whoever has that to be done wakes it. */
    static final long STATE_PARK_NS = 20_000_000;

    /** As long as callbacks do while somebody holds a future that is open. */
    static final long CALLBACKS_LOOK_NS = 1_000_000;

    /** As long as they do otherwise: whoever brings them work wakes them. */
    static final long CALLBACKS_PARK_NS = 20_000_000;

    private final Idle idle;

    Idling(Idle idle) {
        this.idle = idle;
    }

    /** @param backoff is used where threads back off */
    IdleStrategy ofHot(Wakeup backoff) {
        return switch (idle) {
            case BACKOFF -> backoff;
            case YIELD -> YieldingIdleStrategy.INSTANCE;
            case BUSY_SPIN -> BusySpinIdleStrategy.INSTANCE;
        };
    }
}
