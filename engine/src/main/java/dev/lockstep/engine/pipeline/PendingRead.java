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

    private long seenIndex;
    private ReadResult<T> result;
    private Throwable thrown;

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

    /** Looks at the state now. */
    void look(FramePlace place) {
        seenIndex = place.index;
        Position position = new Position(place.index, place.term, place.epoch);
        try {
            result = new ReadResult<>(query.get(), position);
        } catch (Throwable e) {
            thrown = e; // the asker's, whatever it is
        }
    }

    /** @return the last index that it has seen */
    long seenIndex() {
        return seenIndex;
    }

    /** Says what it has seen. */
    void tell() {
        ReadResult<T> seen = result;
        Throwable failure = thrown;
        callbacks.execute(() -> {
            if (failure == null) {
                future.complete(seen);
            } else {
                future.completeExceptionally(failure);
            }
        });
    }

    void fail(EngineException why) {
        callbacks.execute(() -> future.completeExceptionally(why));
    }
}
