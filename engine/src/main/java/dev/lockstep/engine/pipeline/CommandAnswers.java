package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.Ack;
import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.Outcome;
import dev.lockstep.engine.Reply;
import dev.lockstep.engine.Submitter;

/** What whoever holds a future is told of a command, with the cause that comes first. Immutable. */
final class CommandAnswers {
    /** What it needs to know of the node. Any thread. */
    interface Node {
        /** @return why commands are not taken here, in words */
        String whyNotOpen();

        /** @return whether another node is known to be the primary */
        boolean isPrimaryElsewhere();

        /** @return why nothing is applied any more; null if that is not so */
        EngineException applierFailure();

        /** @return whether it is about to close, or has */
        boolean isClosing();

        /** @return why the node has stopped; null if it was closed, or has not */
        Throwable failure();
    }

    private final Node node;

    CommandAnswers(Node node) {
        this.node = node;
    }

    /**
     * @param result what a submitter has said, one of the negative ones
     * @return whether it will go on saying so; if not it is worth while to wait
     */
    boolean isLasting(long result) {
        if (result == Submitter.NOT_PRIMARY) {
            return node.isPrimaryElsewhere() || node.applierFailure() != null;
        }
        return result != Submitter.BACK_PRESSURED;
    }

    /** @return why a command was not taken */
    EngineException refusal(long result, int length) {
        if (result == Submitter.BACK_PRESSURED) {
            return new EngineException.BackPressured(
                    "the command was not taken within submitTimeout: too much is under way, or the journal has no room"
                            + " (status().errors() says so); nothing has happened");
        }
        if (result == Submitter.NOT_PRIMARY) {
            return new EngineException.NotPrimary(
                    "the command was not taken: " + node.whyNotOpen(), node.applierFailure());
        }
        if (result == Submitter.TOO_LARGE) {
            return new EngineException.TooLarge("the command has " + length
                    + " bytes, more than maxCommandBytes allows; raise that on all nodes, or split the command");
        }
        return closed();
    }

    EngineException closed() {
        return new EngineException.Closed("the engine is closed", node.failure());
    }

    /** @return why a reply is none that its submitter has asked for; null if it is one */
    EngineException failure(Reply reply, Ack asked) {
        if (reply.outcome() == Outcome.UNKNOWN) {
            return unknown(reply);
        }
        if (reply.outcome() == Outcome.NOT_APPLIED) {
            return new EngineException.NotPrimary(
                    "the command was not applied, and will not be: " + node.whyNotOpen(), node.applierFailure());
        }
        if (!reply.reached().includes(asked)) {
            return new EngineException.LevelNotReached(
                    "the command is " + reply.outcome() + " at index " + reply.index() + " and has reached "
                            + reply.reached() + ", but not " + asked + " within ackTimeout; it stands, and may yet"
                            + " reach that",
                    KeptReply.of(reply));
        }
        return null;
    }

    private EngineException unknown(Reply reply) {
        EngineException applierFailure = node.applierFailure();
        if (node.failure() != null) {
            return unknown();
        }
        if (applierFailure != null) {
            return new EngineException.OutcomeUnknown(
                    "this node stopped to apply before the command was: it may have been applied elsewhere, or may yet"
                            + " be. " + applierFailure.getMessage(),
                    applierFailure);
        }
        if (reply.reached() != Ack.NONE) {
            return new EngineException.OutcomeUnknown(
                    "the command was not known to be committed within ackTimeout; it may yet be applied. It stands at"
                            + " index " + reply.index() + " and has reached " + reply.reached(),
                    null);
        }
        if (node.isClosing()) {
            return unknown();
        }
        return new EngineException.OutcomeUnknown(
                "this node was the primary no longer before the command was known to be committed: it may have been"
                        + " applied, or may yet be",
                null);
    }

    /** @return what is known of a command that was under way when the engine closed */
    EngineException unknown() {
        String how = node.failure() == null ? "was closed" : "has stopped";
        return new EngineException.OutcomeUnknown(
                "the engine " + how
                        + " before the command was known to be committed: it may have been applied, or may yet be",
                node.failure());
    }
}
