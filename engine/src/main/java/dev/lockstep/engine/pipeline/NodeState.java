package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.replica.Skip;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the hot thread lets all others know. Written by it alone, once a turn; read by any thread. What a submitter relies
 * on: the end of a session is seen by whoever sees a commit of a later reign.
 */
final class NodeState {
    private final AtomicLong committed = new AtomicLong();
    private final AtomicLong applicable = new AtomicLong();
    private volatile Skips skips = Skips.NONE;
    private volatile long epoch;
    private volatile boolean isOpen;
    private volatile boolean isAsync;
    private volatile boolean isClosing;
    private volatile boolean isClosed;

    /** Hot thread only. */
    void publish(long committedIndex, long applicableIndex) {
        committed.setRelease(committedIndex);
        applicable.setRelease(applicableIndex);
    }

    /**
     * Hot thread only, before the commit of the configuration that says so.
     *
     * @param committedIndex up to where that is known; 0 on the way to another epoch: nothing is decided then, nor undone
     */
    @SuppressWarnings("ReferenceEquality") // each configuration passes on the list that it has not changed
    void publishSkips(List<Skip> decided, long committedIndex) {
        if (committedIndex > 0 && decided != skips.decided()) {
            skips = Skips.of(decided);
        }
    }

    /** Hot thread only. */
    void publishOpen(boolean open) {
        if (open != isOpen) {
            isOpen = open;
        }
    }

    /** Hot thread only. */
    void publishMode(boolean async) {
        if (async != isAsync) {
            isAsync = async;
        }
    }

    /** Hot thread only, after what may be applied of another epoch was taken back. */
    void publishEpoch(long newEpoch) {
        if (newEpoch != epoch) {
            epoch = newEpoch;
        }
    }

    /** Nothing new is accepted; what was is brought to its end. Any thread. */
    void beginClose() {
        isClosing = true;
    }

    /** Nothing is accepted any more. Any thread. */
    void close() {
        isClosing = true;
        isClosed = true;
    }

    /** @return how far the log is committed */
    long committed() {
        return committed.getAcquire();
    }

    /** @return how far the log may be applied; it may go back */
    long applicable() {
        return applicable.getAcquire();
    }

    /** @return what is not applied, by all that was committed when {@link #applicable} was published */
    Skips skips() {
        return skips;
    }

    /** @return the node's epoch */
    long epoch() {
        return epoch;
    }

    /** @return whether commands are taken */
    boolean isOpen() {
        return isOpen;
    }

    /** @return whether commands are applied ahead of the commit */
    boolean isAsync() {
        return isAsync;
    }

    /** @return whether it is about to close, or has */
    boolean isClosing() {
        return isClosing;
    }

    boolean isClosed() {
        return isClosed;
    }
}
