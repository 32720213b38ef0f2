package dev.lockstep.benchmarks.engine;

import dev.lockstep.engine.Outcome;
import dev.lockstep.engine.Reply;
import dev.lockstep.engine.ReplyListener;
import dev.lockstep.engine.Submitter;
import dev.lockstep.storage.Invariant;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.IdleStrategy;

/**
 * The thread that offers numbered commands to an engine and hears their replies, turn by turn. A reply that is not the next
 * one, or says anything but that its command was applied, fails the run; so does one that does not come.
 */
public final class Application implements ReplyListener, AutoCloseable {
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(20);
    /** Idle turns between two looks at the clock. */
    private static final int LOOK = 1 << 16;
    /** Commands that are offered in a turn at most, so that replies are heard in between. */
    private static final int BATCH = 256;

    /** Hears which commands are answered. */
    @FunctionalInterface
    interface Told {
        void onTold(long number);
    }

    private final RunningEngine engine;
    private final IdleStrategy whileIdle;
    private final Submitter submitter;
    private final NumberedCommand command = new NumberedCommand();
    private final NumberCheck answers = new NumberCheck("a reply comes out of its turn");
    private Told told = number -> {};
    private long offered;
    private int idleTurns;
    private long toldAtLook;
    private long lookedNs = System.nanoTime();
    /** What a listener throws stops no engine: it is thrown once more, outside. */
    private RuntimeException wrong;

    /**
     * @param engine is a primary, or is to be one soon
     * @param whileIdle what to do in a turn in which there was nothing to do
     */
    public Application(RunningEngine engine, IdleStrategy whileIdle) {
        this.engine = engine;
        this.whileIdle = whileIdle;
        this.submitter = engine.newSubmitter();
    }

    /** @param listener hears of each command that is answered from now on */
    void tell(Told listener) {
        told = listener;
    }

    /** @return whether the next command was taken */
    boolean offer() {
        long id = submitter.offer(command.numbered(offered + 1), 0, NumberedCommand.LENGTH);
        if (id > 0) {
            offered++;
            return true;
        }
        Invariant.check(
                id == Submitter.BACK_PRESSURED || (id == Submitter.NOT_PRIMARY && offered == 0),
                "a command is refused",
                Submitter.BACK_PRESSURED,
                id);
        return false;
    }

    /** Lets the engine work, and hears the replies that have come. */
    void turn() {
        int work = engine.work() + submitter.poll(this);
        if (wrong != null) {
            throw wrong;
        }
        if (work == 0) {
            whileIdle.idle();
            checkPatience();
        }
    }

    /** A turn in which a few commands are offered, if they are taken. */
    void pump() {
        for (int i = 0; i < BATCH && offer(); i++) {
            // the next one
        }
        turn();
    }

    /** Offers a command, and goes on until it is answered. */
    void exchange() {
        while (!offer()) {
            turn();
        }
        awaitAll();
    }

    /** Goes on until everything is answered. */
    void awaitAll() {
        while (answers.last() < offered) {
            turn();
        }
    }

    private void checkPatience() {
        if (++idleTurns % LOOK != 0) {
            return;
        }
        long nowNs = System.nanoTime();
        if (answers.last() != toldAtLook || answers.last() == offered) {
            toldAtLook = answers.last();
            lookedNs = nowNs;
        } else if (nowNs - lookedNs > PATIENCE_NS) {
            throw new IllegalStateException("command " + (toldAtLook + 1) + " is not answered: "
                    + engine.engine().status());
        }
    }

    @Override
    public void onReply(long id, Reply reply) {
        if (wrong != null) {
            return;
        }
        try {
            if (reply.outcome() != Outcome.APPLIED) {
                throw new IllegalStateException("command " + id + " is " + reply.outcome());
            }
            answers.take(reply.payload().getLong(0));
            told.onTold(answers.last());
        } catch (RuntimeException e) {
            wrong = e;
        }
    }

    /** @return how many commands were answered */
    public long answered() {
        return answers.last();
    }

    @Override
    public void close() {
        submitter.close();
    }
}
