package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.Ack;
import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.Outcome;
import dev.lockstep.engine.Reply;
import dev.lockstep.engine.ReplyListener;
import dev.lockstep.engine.Submitter;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.ManyToOneConcurrentLinkedQueue;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The convenient side: submits for those who want a future, and tells listeners what has happened, in order, on a thread of
 * its own that may take its time. Asked by any thread; worked by one.
 */
final class Callbacks implements Agent, Executor {
    /** A command whose submitter holds a future. */
    private record Request(UnsafeBuffer command, Ack ack, CompletableFuture<Reply> future, long deadlineNs) {}

    /** What the desk needs to know of the node. */
    interface Node {
        /** @return who is primary, in words */
        String describePrimary();

        /** @return why the node has stopped; null if it was closed, or has not */
        Throwable failure();
    }

    private final ManyToOneConcurrentLinkedQueue<Request> requests = new ManyToOneConcurrentLinkedQueue<>();
    private final ManyToOneConcurrentLinkedQueue<Runnable> tasks = new ManyToOneConcurrentLinkedQueue<>();
    private final ArrayDeque<Request> underWay = new ArrayDeque<>();
    private final ReplyListener onReply = this::onReply;
    private final Supplier<Submitter> submitters;
    private final Node node;
    private final Executor executor;
    private final ErrorHandler errors;
    private final NanoClock clock;
    private final Runnable wake;
    private Submitter submitter;
    private Request waiting;
    private volatile boolean isClosed;

    /** @param executor runs what the application has given; null to run it on this agent's thread */
    Callbacks(
            Supplier<Submitter> submitters,
            Node node,
            Executor executor,
            ErrorHandler errors,
            NanoClock clock,
            Runnable wake) {
        this.submitters = submitters;
        this.node = node;
        this.executor = executor == null ? Runnable::run : executor;
        this.errors = errors;
        this.clock = clock;
        this.wake = wake;
    }

    /** Any thread. */
    void submit(byte[] command, Ack ack, CompletableFuture<Reply> future, long timeoutNs) {
        requests.offer(new Request(new UnsafeBuffer(command), ack, future, clock.nanoTime() + timeoutNs));
        wake.run();
        if (isClosed) {
            future.completeExceptionally(closed()); // it may have come too late for the last turn
        }
    }

    /** Any thread: runs the task on the executor, behind those that were given before. */
    @Override
    public void execute(Runnable task) {
        tasks.offer(task);
        wake.run();
    }

    @Override
    public String roleName() {
        return "callbacks";
    }

    @Override
    public int doWork() {
        int work = runTasks();
        work += offerAll();
        if (submitter != null) {
            work += submitter.poll(onReply); // also if nothing is under way: what comes late has its room yet
        }
        return work;
    }

    private int runTasks() {
        int run = 0;
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            run(task);
            run++;
        }
        return run;
    }

    private void run(Runnable task) {
        try {
            executor.execute(task);
        } catch (RuntimeException e) {
            errors.onError(e);
        }
    }

    private int offerAll() {
        int offered = 0;
        while (true) {
            waiting = waiting == null ? requests.poll() : waiting;
            if (waiting == null || !offer(waiting)) {
                return offered;
            }
            waiting = null;
            offered++;
        }
    }

    /** @return whether nothing more is to be done for it; otherwise it is tried again later */
    private boolean offer(Request request) {
        if (submitter == null) {
            submitter = submitters.get();
        }
        long id = submitter.offer(request.command, 0, request.command.capacity(), request.ack);
        if (id >= 0) {
            underWay.add(request);
            return true;
        }
        EngineException refusal = refusal(id, request);
        boolean isLasting = id != Submitter.BACK_PRESSURED && id != Submitter.NOT_PRIMARY;
        if (isLasting || clock.nanoTime() - request.deadlineNs >= 0) {
            run(() -> request.future.completeExceptionally(refusal));
            return true;
        }
        return false;
    }

    private EngineException refusal(long result, Request request) {
        if (result == Submitter.BACK_PRESSURED) {
            return new EngineException.BackPressured(
                    "the command was not taken in time, for too much is under way; nothing has happened");
        }
        if (result == Submitter.NOT_PRIMARY) {
            return new EngineException.NotPrimary("the command was not taken: " + node.describePrimary());
        }
        if (result == Submitter.TOO_LARGE) {
            return new EngineException.TooLarge("the command has " + request.command.capacity()
                    + " bytes, more than maxCommandBytes allows; raise that on all nodes, or split the command");
        }
        return closed();
    }

    private EngineException closed() {
        return new EngineException.Closed("the engine is closed", node.failure());
    }

    private void onReply(long id, Reply reply) {
        Request request = underWay.remove();
        if (reply.outcome() == Outcome.UNKNOWN) {
            Throwable failure = node.failure();
            EngineException unknown = new EngineException.OutcomeUnknown(
                    "this node was the primary no longer before the command was known to be committed: it may have been"
                            + " applied, or may yet be",
                    failure);
            run(() -> request.future.completeExceptionally(unknown));
        } else if (reply.outcome() == Outcome.NOT_APPLIED) {
            EngineException refused = new EngineException.NotPrimary(
                    "the command was not applied, and will not be: " + node.describePrimary());
            run(() -> request.future.completeExceptionally(refused));
        } else {
            Reply kept = KeptReply.of(reply);
            run(() -> request.future.complete(kept));
        }
    }

    /** The node has ended: whoever still waits hears what is known. On the agent's thread, or when it has none. */
    @Override
    public void onClose() {
        isClosed = true;
        if (submitter != null) {
            submitter.poll(onReply);
        }
        while (!underWay.isEmpty()) {
            Request request = underWay.remove();
            EngineException unknown = new EngineException.OutcomeUnknown(
                    "the engine was closed before the command was known to be committed", node.failure());
            run(() -> request.future.completeExceptionally(unknown));
        }
        failAll();
        runTasks();
    }

    private void failAll() {
        Request first = waiting;
        waiting = null;
        if (first != null) {
            run(() -> first.future.completeExceptionally(closed()));
        }
        for (Request request = requests.poll(); request != null; request = requests.poll()) {
            CompletableFuture<Reply> future = request.future;
            run(() -> future.completeExceptionally(closed()));
        }
    }
}
