package dev.lockstep.engine.embedded;

import dev.lockstep.engine.Engine;
import dev.lockstep.engine.EngineBuilder;
import dev.lockstep.engine.Role;
import dev.lockstep.engine.Threading;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** An engine that runs, whatever its threading: where it has no hot thread of its own, one polls it, and closes it. */
final class OpenEngine implements AutoCloseable {
    private static final long PATIENCE_S = 30;

    final Engine engine;
    private final Thread poller;
    private volatile boolean isOver;

    private OpenEngine(Engine engine, boolean isCalled) {
        this.engine = engine;
        this.poller = isCalled ? new Thread(this::poll, "poller") : null;
        if (poller != null) {
            poller.start();
        }
    }

    static OpenEngine start(EngineBuilder builder, Threading threading) {
        return new OpenEngine(builder.threading(threading).start(), threading == Threading.CALLER);
    }

    private void poll() {
        while (!isOver) {
            if (engine.poll() <= 0) {
                Thread.onSpinWait();
            }
        }
        engine.close();
    }

    /** Returns once it is the primary. */
    OpenEngine awaitPrimary() throws InterruptedException {
        CountDownLatch latch = new CountDownLatch(1);
        engine.onRole((role, term) -> {
            if (role == Role.PRIMARY) {
                latch.countDown();
            }
        });
        if (!latch.await(PATIENCE_S, TimeUnit.SECONDS)) {
            throw new AssertionError("it did not become the primary: " + engine.status());
        }
        return this;
    }

    @Override
    public void close() {
        if (poller == null) {
            engine.close();
            return;
        }
        isOver = true;
        try {
            poller.join(TimeUnit.SECONDS.toMillis(PATIENCE_S));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
