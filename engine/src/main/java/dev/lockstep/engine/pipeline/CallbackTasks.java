package dev.lockstep.engine.pipeline;

import java.util.concurrent.Executor;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.ManyToOneConcurrentLinkedQueue;

/**
 * What is to be done where the application's callbacks run. Given by any thread; worked by the callback thread, which hands
 * it to the application's executor, where there is one. Nothing that is given is left undone: what the executor refuses the
 * callback thread does itself.
 */
final class CallbackTasks implements Executor {
    private final ManyToOneConcurrentLinkedQueue<Runnable> given = new ManyToOneConcurrentLinkedQueue<>();
    private final ManyToOneConcurrentLinkedQueue<Runnable> own = new ManyToOneConcurrentLinkedQueue<>();
    /** Null if there is none. */
    private final Executor executor;

    private final ErrorHandler errors;
    private final Runnable wake;

    CallbackTasks(Executor executor, ErrorHandler errors, Runnable wake) {
        this.executor = executor;
        this.errors = errors;
        this.wake = wake;
    }

    /** Any thread: on the executor, behind what was given before. */
    @Override
    public void execute(Runnable task) {
        given.offer(task);
        wake.run();
    }

    /** Any thread: on the callback thread itself, behind what was given for it before. */
    void executeHere(Runnable task) {
        own.offer(task);
        wake.run();
    }

    /** @return how many were run */
    int runAll() {
        int run = 0;
        for (Runnable task = own.poll(); task != null; task = own.poll()) {
            runHere(task);
            run++;
        }
        for (Runnable task = given.poll(); task != null; task = given.poll()) {
            run(task);
            run++;
        }
        return run;
    }

    /** On the callback thread: does one now. */
    void run(Runnable task) {
        if (executor == null) {
            runHere(task);
            return;
        }
        try {
            executor.execute(task);
        } catch (Throwable e) {
            errors.onError(e);
            runHere(task); // or whoever waits for it would wait for ever
        }
    }

    private void runHere(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            errors.onError(e);
        }
    }
}
