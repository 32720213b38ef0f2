package dev.lockstep.engine.pipeline;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.IdleStrategy;

/**
 * Starts and ends the node's threads, in the order that loses nothing: first the hot one, which drains; then those
 * that apply, or save; then the background, which flushes; then the files, once nobody follows them; callbacks last, for they
 * tell how it ended.
 */
final class NodeThreads {
    private static final long END_NS = TimeUnit.SECONDS.toNanos(10);
    private static final long CLOSE_NS = 4 * END_NS;

    /** What is to be run, and what is to be closed when that is over. */
    record Parts(
            String name,
            HotAgent hot,
            Wakeup hotIdle,
            Agent applier,
            Agent background,
            Wakeup backgroundIdle,
            Agent state,
            Wakeup stateIdle,
            Callbacks callbacks,
            Wakeup callbacksIdle,
            ThreadFactory factory,
            boolean isCalled,
            EngineThreads threads,
            Followers followers,
            NodeView view,
            Idling idling,
            Runnable closeState,
            Runnable closeFiles,
            Consumer<Throwable> onError,
            Consumer<String> onTrouble) {}

    private final Parts parts;
    /** Null if the application's own thread does its work. */
    private final AgentThread hot;

    private final AgentThread applier;
    private final AgentThread background;
    private final AgentThread state;
    private final AgentThread callbacks;
    private final AtomicBoolean isClosing = new AtomicBoolean();
    private final AtomicReference<Thread> poller = new AtomicReference<>();
    private final CountDownLatch polledOut = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    /** The polling thread's. */
    private boolean isStarted;

    private boolean isInPoll;

    NodeThreads(Parts parts) {
        this.parts = parts;
        this.hot = parts.isCalled() ? null : hot(parts.hot(), parts.hotIdle());
        this.applier = parts.applier() == null ? null : hot(parts.applier(), Wakeup.ofHurried(Idling.PARK_NS));
        this.background = thread(parts.background(), parts.backgroundIdle(), parts.backgroundIdle());
        this.state = thread(parts.state(), parts.stateIdle(), parts.stateIdle());
        this.callbacks = thread(parts.callbacks(), parts.callbacksIdle(), parts.callbacksIdle());
    }

    private AgentThread hot(Agent agent, Wakeup wakeup) {
        return thread(agent, parts.idling().ofHot(wakeup), wakeup);
    }

    private AgentThread thread(Agent agent, IdleStrategy idle, Wakeup wakeup) {
        return new AgentThread(agent, idle, wakeup::wake, this::onFailure, parts.threads());
    }

    void start() {
        callbacks.start(parts.factory(), name("callbacks"));
        background.start(parts.factory(), name("background"));
        state.start(parts.factory(), name("state"));
        if (applier != null) {
            applier.start(parts.factory(), name("applier"));
        }
        if (hot != null) {
            hot.start(parts.factory(), name("hot"));
        }
    }

    private String name(String what) {
        return "lockstep-" + parts.name() + "-" + what;
    }

    /** Something has failed that the node cannot go on after: it ends itself. */
    private void onFailure(Throwable why) {
        parts.view().onFailure(why);
        parts.onError().accept(why);
        close();
    }

    <T> EngineFuture<T> newFuture() {
        return new EngineFuture<>(parts.threads());
    }

    Followers followers() {
        return parts.followers();
    }

    /** @return whether the calling thread is the one that does the node's work by polling */
    boolean isPolling() {
        return Thread.currentThread() == poller.get();
    }

    int poll() {
        if (!parts.isCalled()) {
            throw new IllegalStateException(
                    "this engine has threads of its own: only with Threading.CALLER it is polled");
        }
        Thread current = Thread.currentThread();
        if (polledOut.getCount() == 0) {
            return HotAgent.ENDED;
        }
        if (poller.compareAndSet(null, current)) {
            parts.threads().add(current);
        } else if (poller.get() != current) {
            if (isClosing.get()) {
                return HotAgent.ENDED; // nobody polls any more: whoever closes it has taken over
            }
            throw new IllegalStateException("thread " + poller.get().getName() + " polls this engine, and thread "
                    + current.getName() + " must not");
        }
        if (isInPoll) {
            throw new IllegalStateException("a state machine or a query must not poll the engine that calls it");
        }
        isInPoll = true;
        try {
            return pollOnce();
        } catch (Throwable e) { // also what is checked: not every language says what it throws
            fail(e);
            return HotAgent.ENDED;
        } finally {
            isInPoll = false;
        }
    }

    private void fail(Throwable why) {
        try {
            endPolling();
        } catch (RuntimeException | Error e) {
            why.addSuppressed(e);
        }
        onFailure(why);
    }

    private int pollOnce() {
        if (!isStarted) {
            isStarted = true;
            parts.hot().onStart();
        }
        int work = parts.hot().doWork();
        if (work < 0) {
            endPolling();
        }
        return work;
    }

    private void endPolling() {
        if (polledOut.getCount() > 0) {
            try {
                parts.hot().onClose();
            } finally {
                polledOut.countDown();
            }
        }
    }

    /**
     * Closes everything, once. Whoever may wait does so until it is done, or takes too long.
     */
    void close() {
        boolean isFirst = isClosing.compareAndSet(false, true);
        parts.hot().close();
        parts.hotIdle().wake();
        if (isFirst) {
            Thread closer = new Thread(this::closeAll, name("close"));
            closer.setDaemon(true);
            closer.start();
        }
        boolean isPoller = isPolling() && !isInPoll;
        if (isPoller) {
            drain();
        }
        boolean mayWait = isPoller || !parts.threads().isOneOfThem();
        if (mayWait && !parts.followers().isPolling()) { // that poll is waited for, too
            Waiting.await(closed, CLOSE_NS);
        }
    }

    /** The polling thread itself closes: what it has accepted goes its way first. */
    private void drain() {
        while (polledOut.getCount() > 0) {
            poll();
        }
    }

    private void closeAll() {
        try {
            boolean isHotOver = awaitHot();
            boolean isNobodyFollowing = parts.followers().close(END_NS);
            if (!isHotOver) {
                parts.onTrouble()
                        .accept("the thread that does the node's work did not end within "
                                + TimeUnit.NANOSECONDS.toSeconds(END_NS)
                                + " s, so its files stay open until the process ends; is the state machine stuck?");
                return;
            }
            boolean isApplierOver = applier == null || hasEnded(applier);
            boolean isStateOver = hasEnded(state);
            if (!hasEnded(background) || !isApplierOver || !isStateOver) {
                parts.onTrouble()
                        .accept("a thread of the node did not end within " + TimeUnit.NANOSECONDS.toSeconds(END_NS)
                                + " s, so its files stay open until the process ends; does the disk stand still, or does"
                                + " the state machine load or save?");
                return;
            }
            parts.closeState().run();
            if (!isNobodyFollowing) {
                parts.onTrouble()
                        .accept("a listener that follows the log did not return within "
                                + TimeUnit.NANOSECONDS.toSeconds(END_NS)
                                + " s, so the node's files stay open until the process ends");
                return;
            }
            parts.closeFiles().run();
        } catch (RuntimeException e) {
            parts.view().onFailure(e);
        } finally {
            parts.view().onClosed();
            callbacks.stop();
            closed.countDown(); // callbacks may wait for this close themselves
        }
    }

    private boolean awaitHot() {
        if (hot != null) {
            return hot.awaitEnd(END_NS);
        }
        if (poller.compareAndSet(null, Thread.currentThread())) {
            endPolling(); // nobody ever polled
            return true;
        }
        return Waiting.await(polledOut, END_NS);
    }

    private static boolean hasEnded(AgentThread thread) {
        thread.stop();
        return thread.awaitEnd(END_NS);
    }
}
