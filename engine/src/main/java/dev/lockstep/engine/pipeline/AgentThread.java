package dev.lockstep.engine.pipeline;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.IdleStrategy;

/**
 * Runs an agent on a thread of its own, until it is told to stop, ends by itself or throws. It never interrupts it: an
 * interrupt would close the files under it, and stop the network for good.
 */
final class AgentThread implements Runnable {
    private final Agent agent;
    private final IdleStrategy idle;
    private final Runnable wake;
    private final Consumer<Throwable> onFailure;
    private final EngineThreads threads;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean isStopped;

    AgentThread(Agent agent, IdleStrategy idle, Runnable wake, Consumer<Throwable> onFailure, EngineThreads threads) {
        this.agent = agent;
        this.idle = idle;
        this.wake = wake;
        this.onFailure = onFailure;
        this.threads = threads;
    }

    void start(ThreadFactory factory, String name) {
        Thread thread = factory.newThread(this);
        thread.setName(name);
        thread.start();
    }

    @Override
    public void run() {
        threads.add(Thread.currentThread());
        try {
            agent.onStart();
            work();
        } catch (Throwable e) {
            onFailure.accept(e);
        } finally {
            close();
            ended.countDown();
        }
    }

    private void work() throws Exception {
        while (!isStopped) {
            int work = agent.doWork();
            if (work < 0) {
                return; // it has ended by itself
            }
            idle.idle(work);
        }
    }

    private void close() {
        try {
            agent.onClose();
        } catch (Throwable e) {
            onFailure.accept(e);
        }
    }

    void stop() {
        isStopped = true;
        wake.run();
    }

    /** @return whether it has ended in time */
    boolean awaitEnd(long timeoutNs) {
        return Waiting.await(ended, timeoutNs);
    }
}
