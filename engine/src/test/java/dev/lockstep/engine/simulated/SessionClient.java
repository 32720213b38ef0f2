package dev.lockstep.engine.simulated;

import dev.lockstep.engine.Ack;
import dev.lockstep.engine.Reply;
import dev.lockstep.engine.ReplyListener;
import dev.lockstep.engine.Submitter;
import dev.lockstep.storage.StorageException;
import java.util.ArrayDeque;
import java.util.function.Supplier;
import org.agrona.concurrent.UnsafeBuffer;

/** A submitter of one process, and what it waits for. */
final class SessionClient implements ReplyListener {
    private final EngineLoad load;
    private final SimulatedNode node;
    private final Supplier<Submitter> submitters;
    private Submitter submitter;
    private final ArrayDeque<Attempt> underWay = new ArrayDeque<>();
    private final UnsafeBuffer command = new UnsafeBuffer(new byte[EngineLoad.MAX_COMMAND_BYTES]);
    /** The last index that this one was told of, to expect it. */
    private long lastIndex;

    private boolean isRefused;

    SessionClient(EngineLoad load, SimulatedNode node, Supplier<Submitter> submitters) {
        this.load = load;
        this.node = node;
        this.submitters = submitters;
        this.submitter = submitters.get();
    }

    long lastIndex() {
        return lastIndex;
    }

    /** @return whether it was taken */
    boolean offer(long number, long order, int length, Ack ack, long expectedIndex) {
        ModelState.write(command, number, order);
        long id = offer(length, ack, expectedIndex);
        if (id > 0) {
            underWay.add(new Attempt(number, order, id, ack));
        }
        return id > 0;
    }

    /** Whoever submits within the node's own thread may meet what stops the node. */
    private long offer(int length, Ack ack, long expectedIndex) {
        try {
            return submitter.offer(command, 0, length, ack, expectedIndex);
        } catch (StorageException e) {
            isRefused = true;
            return Submitter.CLOSED;
        }
    }

    /** @return whether the node must stop, for its disk has refused what was offered */
    boolean isRefused() {
        return isRefused;
    }

    /** Ends, and another one begins in its place; of what is under way nobody hears. */
    void begin() {
        submitter.close();
        underWay.clear();
        submitter = submitters.get();
    }

    void poll() {
        submitter.poll(this);
    }

    /** Until nothing more is told; where a ring begins anew one poll may find nothing though more is there. */
    void pollAll() {
        for (int idle = 0; idle < 2; ) {
            idle = submitter.poll(this) > 0 ? 0 : idle + 1;
        }
    }

    void pollToTheEnd() {
        pollAll();
        Violation.check(
                isIdle(),
                Check.TOLD_ONCE,
                () -> "node " + node.number + " has ended, and says nothing of " + underWay.peek());
    }

    boolean isIdle() {
        Violation.check(
                submitter.pending() == underWay.size(),
                Check.TOLD_ONCE,
                () -> "node " + node.number + " counts " + submitter.pending() + " where " + underWay.size()
                        + " are under way");
        return underWay.isEmpty();
    }

    Attempt oldest() {
        return underWay.peek();
    }

    @Override
    public void onReply(long id, Reply reply) {
        Attempt attempt = underWay.poll();
        Violation.check(
                attempt != null && attempt.id() == id,
                Check.TOLD_ONCE,
                () -> "node " + node.number + " tells of command " + id + " where it is the turn of " + attempt);
        lastIndex = Math.max(lastIndex, reply.index());
        load.onTold(node, attempt, reply);
    }
}
