package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.Position;
import dev.lockstep.engine.ReadConsistency;
import dev.lockstep.engine.ReadResult;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** One read on its way: to the hot thread, which says from which index on it may be served, then to the applier. */
final class PendingRead<T> {
    final ReadConsistency consistency;
    final long deadlineNs;
    private final Supplier<T> query;
    private final CompletableFuture<ReadResult<T>> future;
    private final Executor callbacks;
    /** The index that must have been applied. */
    long index;
    /** Up to where the log was applied when the state was looked at. */
    long seenIndex;

    private Runnable answer;

    PendingRead(
            ReadConsistency consistency,
            Supplier<T> query,
            CompletableFuture<ReadResult<T>> future,
            long deadlineNs,
            Executor callbacks) {
        this.consistency = consistency;
        this.query = query;
        this.future = future;
        this.deadlineNs = deadlineNs;
        this.callbacks = callbacks;
    }

    /** Looks at the state now, and keeps what it sees. */
    void look(FramePlace place, long appliedIndex) {
        seenIndex = appliedIndex;
        Position position = new Position(place.index, place.term, place.epoch);
        try {
            ReadResult<T> result = new ReadResult<>(query.get(), position);
            answer = () -> future.complete(result);
        } catch (Throwable e) { // an Error too is the query's own affair: it must not end the thread that applies
            answer = () -> future.completeExceptionally(e);
        }
    }

    /** Tells what was seen. */
    void answer() {
        callbacks.execute(answer);
    }

    void fail(EngineException why) {
        callbacks.execute(() -> future.completeExceptionally(why));
    }
}
