package dev.lockstep.engine.real;

import dev.lockstep.storage.journal.JournalAgents;
import java.util.concurrent.locks.LockSupport;

/** The thread on which preparer and flusher of one open storage work, until it is stopped. */
final class Background {
    private static final long PAUSE_NS = 50_000;

    private final JournalAgents agents;
    private final Thread thread;
    private volatile boolean isStopped;
    private volatile Throwable failure;

    Background(int node, JournalAgents agents) {
        this.agents = agents;
        thread = new Thread(this::run, "background of node " + node);
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            while (!isStopped) {
                if (agents.preparer().doWork() + agents.flusher().doWork() == 0) {
                    LockSupport.parkNanos(PAUSE_NS);
                }
            }
        } catch (Exception | Error e) {
            failure = e;
        }
    }

    /** What it met must not pass unseen. */
    void check() {
        if (failure != null) {
            throw new AssertionError(thread.getName() + " has stopped", failure);
        }
    }

    /** Returns when nothing is being done any more. */
    void stop() {
        isStopped = true;
        try {
            thread.join(); // never interrupted: that would close the files under it
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        check();
    }
}
