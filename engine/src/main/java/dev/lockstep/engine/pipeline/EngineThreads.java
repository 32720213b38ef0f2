package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.EngineException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The threads that the engine needs: none of them may wait for the engine. Any thread. */
final class EngineThreads {
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

    void add(Thread thread) {
        threads.add(thread);
    }

    boolean isOneOfThem() {
        return threads.contains(Thread.currentThread());
    }

    /** @throws EngineException.WouldBlock if the calling thread is one of them */
    void checkMayBlock() {
        if (isOneOfThem()) {
            throw new EngineException.WouldBlock(
                    "thread " + Thread.currentThread().getName()
                            + " would wait for the engine, which needs this very thread to go on: use the future's callbacks");
        }
    }
}
