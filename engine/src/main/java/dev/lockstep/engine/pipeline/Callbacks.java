package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.Ack;
import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.Reply;
import dev.lockstep.engine.ReplyListener;
import dev.lockstep.engine.Submitter;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.ManyToOneConcurrentLinkedQueue;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The convenient side: submits for those who want a future, and tells listeners what has happened, in order, on a thread of
 * its own that may take its time. Asked by any thread; worked by one.
 */
final class Callbacks implements Agent, Executor {
    /** As many commands wait to be taken at most. */
    static final int MAX_WAITING = 1 << 16;

    /** A command whose submitter holds a future. */
    private record Request(UnsafeBuffer command, Ack ack, CompletableFuture<Reply> future, long deadlineNs) {}

    private final ManyToOneConcurrentLinkedQueue<Request> requests = new ManyToOneConcurrentLinkedQueue<>();
    private final AtomicInteger waitingCount = new AtomicInteger();
    private final ArrayDeque<Request> underWay = new ArrayDeque<>();
    private final ReplyListener onReply = this::onReply;
    private final CallbackTasks tasks;
    private final CommandAnswers answers;
    private final NanoClock clock;
    private final Runnable wake;
    private Submitter submitter;
    private Request waiting;
    private volatile boolean isClosed;

    Callbacks(CallbackTasks tasks, CommandAnswers answers, NanoClock clock, Runnable wake) {
        this.tasks = tasks;
        this.answers = answers;
        this.clock = clock;
        this.wake = wake;
    }

    /** Before it is worked: what it submits with. */
    void submitWith(Submitter newSubmitter) {
        submitter = newSubmitter;
    }

    /** Any thread. */
    void submit(byte[] command, Ack ack, CompletableFuture<Reply> future, long timeoutNs) {
        if (waitingCount.incrementAndGet() > MAX_WAITING) {
            waitingCount.decrementAndGet();
            future.completeExceptionally(new EngineException.BackPressured("the command was not taken, for "
                    + MAX_WAITING + " wait to be taken already; nothing has happened"));
            return;
        }
        requests.offer(new Request(new UnsafeBuffer(command), ack, future, clock.nanoTime() + timeoutNs));
        wake.run();
        if (isClosed) {
            future.completeExceptionally(answers.closed()); // it may have come too late for the last turn
        }
    }

    /** Any thread: runs the task on the executor, behind those that were given before. */
    @Override
    public void execute(Runnable task) {
        tasks.execute(task);
    }

    /** @return whether nobody waits whose command was taken up */
    boolean isIdle() {
        return waiting == null && underWay.isEmpty();
    }

    @Override
    public String roleName() {
        return "callbacks";
    }

    @Override
    public int doWork() {
        int work = tasks.runAll();
        work += offerAll();
        work += submitter.poll(onReply); // also if nothing is under way: what comes late has its room yet
        return work;
    }

    private int offerAll() {
        int offered = 0;
        while (true) {
            waiting = waiting == null ? next() : waiting;
            if (waiting == null || !offer(waiting)) {
                return offered;
            }
            waiting = null;
            offered++;
        }
    }

    private Request next() {
        Request next = requests.poll();
        if (next != null) {
            waitingCount.decrementAndGet();
        }
        return next;
    }

    /** @return whether nothing more is to be done for it; otherwise it is tried again later */
    private boolean offer(Request request) {
        int length = request.command.capacity();
        long id = submitter.offer(request.command, 0, length, request.ack);
        if (id >= 0) {
            underWay.add(request);
            return true;
        }
        if (answers.isLasting(id) || clock.nanoTime() - request.deadlineNs >= 0) {
            fail(request, answers.refusal(id, length));
            return true;
        }
        return false;
    }

    private void onReply(long id, Reply reply) {
        Request request = underWay.remove();
        EngineException failure = answers.failure(reply, request.ack);
        if (failure == null) {
            Reply kept = KeptReply.of(reply);
            tasks.run(() -> request.future.complete(kept));
        } else {
            fail(request, failure);
        }
    }

    private void fail(Request request, EngineException why) {
        tasks.run(() -> request.future.completeExceptionally(why));
    }

    /** The node has ended: whoever still waits hears what is known. */
    @Override
    public void onClose() {
        isClosed = true;
        submitter.poll(onReply);
        while (!underWay.isEmpty()) {
            fail(underWay.remove(), answers.unknown());
        }
        for (Request request = waiting == null ? next() : waiting; request != null; request = next()) {
            fail(request, answers.closed());
        }
        waiting = null;
        tasks.runAll();
    }
}
