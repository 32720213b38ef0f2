package dev.lockstep.benchmarks.replica;

import dev.lockstep.engine.testing.NotedEvents;

/** Notes how far the log is committed without allocating; nothing else is to happen. */
final class QuietListener extends NotedEvents {
    private long committedIndex;

    long committedIndex() {
        return committedIndex;
    }

    @Override
    public void onCommitted(long index) {
        committedIndex = index;
    }
}
