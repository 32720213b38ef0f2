package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.Role;
import dev.lockstep.engine.replica.ActRefused;
import dev.lockstep.engine.replica.OperatorActs;
import dev.lockstep.engine.replica.Replica;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.agrona.concurrent.ManyToOneConcurrentLinkedQueue;

/**
 * Does what operators ask, one act after another, and says when it has come about. Asked by any thread; all else belongs to
 * the hot one.
 */
final class OperatorDesk {
    /** When an act has come about. */
    enum Aim {
        /** The configuration that it made is committed. */
        COMMITTED,
        /** This node is not the primary any more. */
        HANDED_OVER,
        /** This node is of another epoch. */
        OTHER_EPOCH
    }

    /** Something that an operator may do. */
    interface Body {
        /**
         * @return whether it is begun; if not it is tried again in the next turn
         * @throws ActRefused if it would do harm
         */
        boolean begin(OperatorActs acts);
    }

    private record Act(String what, Body body, Aim aim, CompletableFuture<Void> future, long deadlineNs) {}

    private final ManyToOneConcurrentLinkedQueue<Act> asked = new ManyToOneConcurrentLinkedQueue<>();
    private final Executor callbacks;
    private Replica replica;
    /** What could not be begun yet. */
    private Act waiting;

    private Act underWay;
    private long index;
    private long epoch;

    OperatorDesk(Executor callbacks) {
        this.callbacks = callbacks;
    }

    /** The replica is there from now on. */
    void serve(Replica newReplica) {
        replica = newReplica;
    }

    /** Any thread. */
    void ask(String what, Body body, Aim aim, CompletableFuture<Void> future, long deadlineNs) {
        asked.offer(new Act(what, body, aim, future, deadlineNs));
    }

    void onTick(long nowNs) {
        if (underWay != null) {
            look();
        }
        waiting = waiting == null && underWay == null ? asked.poll() : waiting;
        if (waiting != null) {
            begin(waiting, nowNs);
        }
    }

    private void begin(Act act, long nowNs) {
        epoch = replica.term().epoch();
        try {
            if (act.body.begin(replica.acts())) {
                waiting = null;
                underWay = act;
                index = replica.last().index();
                look();
            } else if (nowNs - act.deadlineNs >= 0) {
                waiting = null;
                refuse(act, "it did not answer in time; is it started, and does it list this node?");
            }
        } catch (ActRefused | IllegalArgumentException e) {
            waiting = null;
            refuse(act, e.getMessage());
        }
    }

    private void look() {
        boolean isDone = switch (underWay.aim) {
            case COMMITTED -> replica.commitIndex() >= index;
            case HANDED_OVER -> replica.role() != Role.PRIMARY;
            case OTHER_EPOCH -> replica.term().epoch() != epoch;
        };
        if (isDone) {
            CompletableFuture<Void> future = underWay.future;
            underWay = null;
            callbacks.execute(() -> future.complete(null));
        } else if (underWay.aim == Aim.COMMITTED && replica.role() != Role.PRIMARY) {
            onFailed("this node is the primary no longer: whether the change stands is for the next one to say");
        }
    }

    /** The replica says that what was begun does not come about. */
    void onFailed(String why) {
        if (underWay != null) {
            Act act = underWay;
            underWay = null;
            refuse(act, why);
        }
    }

    private void refuse(Act act, String why) {
        EngineException refused = new EngineException.ActRefused(act.what + ": " + why);
        callbacks.execute(() -> act.future.completeExceptionally(refused));
    }

    void close(Throwable failure) {
        EngineException closed = new EngineException.Closed("the engine was closed before the act was done", failure);
        Act first = underWay == null ? waiting : underWay;
        underWay = null;
        waiting = null;
        if (first != null) {
            callbacks.execute(() -> first.future.completeExceptionally(closed));
        }
        for (Act act = asked.poll(); act != null; act = asked.poll()) {
            CompletableFuture<Void> future = act.future;
            callbacks.execute(() -> future.completeExceptionally(closed));
        }
    }
}
