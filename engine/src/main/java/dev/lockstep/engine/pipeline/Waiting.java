package dev.lockstep.engine.pipeline;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Waits for what must come to its end, whatever interrupts the waiting thread. */
final class Waiting {
    private Waiting() {}

    /** @return whether it came in time */
    static boolean await(CountDownLatch latch, long timeoutNs) {
        boolean isInterrupted = false;
        long deadlineNs = System.nanoTime() + timeoutNs;
        try {
            while (true) {
                try {
                    return latch.await(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    isInterrupted = true; // it is passed on when the wait is over
                }
            }
        } finally {
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
