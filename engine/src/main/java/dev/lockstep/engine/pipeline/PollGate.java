package dev.lockstep.engine.pipeline;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lets one thread at a time in where something is used, until it is shut; then exactly one thread is told to let go of what
 * was used: the one that shuts it, or the one that is inside. Crosses threads.
 */
final class PollGate {
    private static final int EMPTY = 0;
    private static final int INSIDE = 1;
    private static final int SHUT_INSIDE = 2;
    private static final int SHUT = 3;

    private final AtomicInteger state = new AtomicInteger(EMPTY);
    private final CountDownLatch letGo = new CountDownLatch(1);

    /**
     * @return false if it is shut
     * @throws IllegalStateException if somebody is inside
     */
    boolean tryEnter() {
        if (state.compareAndSet(EMPTY, INSIDE)) {
            return true;
        }
        if (state.get() == INSIDE) {
            throw new IllegalStateException("a listener must not poll the follower that calls it");
        }
        return false;
    }

    /** @return whether it was shut meanwhile, and is to be let go of */
    boolean leave() {
        return !state.compareAndSet(INSIDE, EMPTY);
    }

    /** @return whether it is to be let go of now: not if somebody is inside, nor if it was shut before */
    boolean shut() {
        while (true) {
            if (state.compareAndSet(EMPTY, SHUT)) {
                return true;
            }
            if (state.compareAndSet(INSIDE, SHUT_INSIDE) || state.get() >= SHUT_INSIDE) {
                return false;
            }
        }
    }

    /** All was let go of. */
    void onLetGo() {
        state.set(SHUT);
        letGo.countDown();
    }

    boolean isOccupied() {
        int now = state.get();
        return now == INSIDE || now == SHUT_INSIDE;
    }

    boolean isShut() {
        return state.get() >= SHUT_INSIDE;
    }

    /** @return whether all was let go of in time; it must have been shut */
    boolean awaitLetGo(long timeoutNs) {
        return Waiting.await(letGo, timeoutNs);
    }
}
