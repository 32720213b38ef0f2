package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.Role;
import dev.lockstep.engine.replica.ActRefused;
import dev.lockstep.engine.replica.OperatorActs;
import dev.lockstep.engine.replica.Replica;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
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

    /** What it needs to know of the node, on the hot thread. */
    interface Node {
        OperatorActs acts();

        Role role();

        long epoch();

        long term();

        long lastIndex();

        long commitIndex();
    }

    private record Act(String what, Body body, Aim aim, CompletableFuture<Void> future, long deadlineNs) {}

    private final ManyToOneConcurrentLinkedQueue<Act> asked = new ManyToOneConcurrentLinkedQueue<>();
    private final Executor callbacks;
    private final UnaryOperator<String> inNames;
    private Node node;
    /** What could not be begun yet. */
    private Act waiting;

    /** What was tried last. */
    private Act tried;

    private Act underWay;
    private long index;
    private long term;
    private long epoch;

    /** @param inNames says a message of the replica's, which knows nodes by their numbers, in their names */
    OperatorDesk(Executor callbacks, UnaryOperator<String> inNames) {
        this.callbacks = callbacks;
        this.inNames = inNames;
    }

    /** The replica is there from now on. */
    void serve(Replica replica) {
        serve(new Node() {
            @Override
            public OperatorActs acts() {
                return replica.acts();
            }

            @Override
            public Role role() {
                return replica.role();
            }

            @Override
            public long epoch() {
                return replica.term().epoch();
            }

            @Override
            public long term() {
                return replica.term().number();
            }

            @Override
            public long lastIndex() {
                return replica.last().index();
            }

            @Override
            public long commitIndex() {
                return replica.commitIndex();
            }
        });
    }

    void serve(Node newNode) {
        node = newNode;
    }

    /** Any thread. */
    void ask(String what, Body body, Aim aim, CompletableFuture<Void> future, long deadlineNs) {
        asked.offer(new Act(what, body, aim, future, deadlineNs));
    }

    void onTick(long nowNs) {
        if (underWay != null) {
            look();
        }
        if (underWay != null && isLate(underWay, nowNs)) {
            fail("it has not come about in time, and whether it will is not known: look at the engine's status, and ask"
                    + " again if it has not");
        }
        waiting = waiting == null && underWay == null ? asked.poll() : waiting;
        if (waiting != null) {
            begin(waiting, nowNs);
        }
    }

    private static boolean isLate(Act act, long nowNs) {
        return nowNs - act.deadlineNs >= 0;
    }

    @SuppressWarnings("ReferenceEquality") // an act is one object
    private void begin(Act act, long nowNs) {
        if (isLate(act, nowNs) && act != tried) {
            waiting = null;
            refuse(act, "it was not begun in time, for another act was under way; nothing has happened");
            return;
        }
        tried = act;
        epoch = node.epoch();
        try {
            if (act.body.begin(node.acts())) {
                waiting = null;
                underWay = act;
                index = node.lastIndex();
                term = node.term();
                look();
            } else if (isLate(act, nowNs)) {
                waiting = null;
                refuse(act, "it did not answer in time; is it started, and does it list this node?");
            }
        } catch (ActRefused | IllegalArgumentException e) {
            waiting = null;
            refuse(act, inNames.apply(e.getMessage()));
        }
    }

    private void look() {
        boolean isInItsReign = node.role() == Role.PRIMARY && node.term() == term;
        boolean isDone = switch (underWay.aim) {
            case COMMITTED -> isInItsReign && node.commitIndex() >= index; // in another one something else may be there
            case HANDED_OVER -> node.role() != Role.PRIMARY;
            case OTHER_EPOCH -> node.epoch() != epoch;
        };
        if (isDone) {
            CompletableFuture<Void> future = underWay.future;
            underWay = null;
            callbacks.execute(() -> future.complete(null));
        } else if (underWay.aim == Aim.COMMITTED && !isInItsReign) {
            fail("this node is the primary no longer: whether the change stands is for the next one to say");
        }
    }

    /** The replica says that what was begun with this aim does not come about. */
    void onFailed(Aim aim, String why) {
        if (underWay != null && underWay.aim == aim) {
            fail(inNames.apply(why));
        }
    }

    private void fail(String why) {
        Act act = underWay;
        underWay = null;
        refuse(act, why);
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
