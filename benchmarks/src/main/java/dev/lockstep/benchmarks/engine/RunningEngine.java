package dev.lockstep.benchmarks.engine;

import dev.lockstep.engine.Engine;
import dev.lockstep.engine.EngineBuilder;
import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.EngineStatus;
import dev.lockstep.engine.Role;
import dev.lockstep.engine.Submitter;
import dev.lockstep.engine.Threading;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** An engine in any threading, as the one thread that uses it has it: in each turn it does what is left to that thread. */
public final class RunningEngine implements AutoCloseable {
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long PAUSE_NS = TimeUnit.MICROSECONDS.toNanos(100);

    private final Engine engine;
    private final boolean isPolled;

    private RunningEngine(Engine engine, boolean isPolled) {
        this.engine = engine;
        this.isPolled = isPolled;
    }

    /**
     * @param builder everything but the threading
     * @param threading who does the work
     * @return the engine, started
     */
    public static RunningEngine start(EngineBuilder builder, Threading threading) {
        return new RunningEngine(builder.threading(threading).start(), threading == Threading.CALLER);
    }

    /** @return zero if there was nothing to do */
    public int work() {
        return isPolled ? engine.poll() : 0;
    }

    /** @return the engine, for what any thread may ask of it */
    public Engine engine() {
        return engine;
    }

    /**
     * Works until the engine is what it should be.
     *
     * @param isReached what it should be
     * @param what the same in words
     */
    public void await(Predicate<EngineStatus> isReached, String what) {
        long deadlineNs = System.nanoTime() + PATIENCE_NS;
        EngineStatus status = engine.status();
        while (!isReached.test(status)) {
            if (System.nanoTime() - deadlineNs > 0 || status.role() == Role.CLOSED || status.applierFailure() != null) {
                throw new IllegalStateException("the engine did not come to " + what + ": " + status);
            }
            if (work() == 0) {
                LockSupport.parkNanos(PAUSE_NS);
            }
            status = engine.status();
        }
    }

    /** Works until it is the primary. */
    public void awaitPrimary() {
        await(status -> status.role() == Role.PRIMARY, "be the primary");
    }

    /**
     * Has another node take over, unless this one is not the primary.
     *
     * @param name that node
     * @return false if it cannot yet, for it has not caught up
     */
    public boolean handOver(String name) {
        try {
            engine.transfer(name).join();
            return true;
        } catch (CompletionException e) {
            if (e.getCause() instanceof EngineException.ActRefused) {
                return engine.status().role() != Role.PRIMARY;
            }
            throw e;
        }
    }

    Submitter newSubmitter() {
        return engine.newSubmitter();
    }

    @Override
    public void close() {
        engine.close();
    }
}
