package dev.lockstep.engine.testkit;

import dev.lockstep.engine.Outcome;
import dev.lockstep.engine.Reply;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** A command that a {@link TestCluster} was given, and what becomes of it as time passes. */
public final class SubmittedCommand {
    private final long id;
    private Outcome outcome;
    private int code;
    private long index;
    private UnsafeBuffer payload = new UnsafeBuffer(new byte[0]);

    SubmittedCommand(long id) {
        this.id = id;
    }

    long id() {
        return id;
    }

    void onReply(Reply reply) {
        outcome = reply.outcome();
        code = reply.code();
        index = reply.index();
        byte[] bytes = new byte[reply.payload().capacity()];
        reply.payload().getBytes(0, bytes);
        payload = new UnsafeBuffer(bytes);
    }

    /** The process that it was given to is gone, and tells nobody anything. */
    void onDeath() {
        outcome = outcome == null ? Outcome.UNKNOWN : outcome;
    }

    /** @return whether its submitter was told what became of it */
    public boolean isTold() {
        return outcome != null;
    }

    /**
     * @return what became of it; {@link Outcome#UNKNOWN} also if the node died before it told
     * @throws IllegalStateException if that was not told yet: advance time
     */
    public Outcome outcome() {
        if (outcome == null) {
            throw new IllegalStateException("nobody was told yet what became of the command: advance time");
        }
        return outcome;
    }

    /** @return what {@link Reply#reject} was given; zero if it was not called */
    public int code() {
        return code;
    }

    /** @return the command's place in the log; zero if it is not known to have one */
    public long index() {
        return index;
    }

    /** @return what the state machine has put into the reply; empty if there is none */
    public DirectBuffer payload() {
        return payload;
    }
}
