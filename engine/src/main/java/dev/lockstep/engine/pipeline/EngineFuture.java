package dev.lockstep.engine.pipeline;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A future that no thread of the engine's can wait for, for it would wait for itself. */
final class EngineFuture<T> extends CompletableFuture<T> {
    private final EngineThreads threads;

    EngineFuture(EngineThreads threads) {
        this.threads = threads;
    }

    private void checkMayBlock() {
        if (!isDone()) {
            threads.checkMayBlock();
        }
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new EngineFuture<>(threads);
    }

    @Override
    public T get() throws InterruptedException, ExecutionException {
        checkMayBlock();
        return super.get();
    }

    @Override
    public T get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
        checkMayBlock();
        return super.get(timeout, unit);
    }

    @Override
    public T join() {
        checkMayBlock();
        return super.join();
    }
}
