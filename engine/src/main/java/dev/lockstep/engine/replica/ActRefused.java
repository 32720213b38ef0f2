package dev.lockstep.engine.replica;

/** An operator's act that would do harm now, or that this node cannot do; the message says why, and what to do first. */
public final class ActRefused extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** @param message why, and what to do first */
    ActRefused(String message) {
        super(message);
    }
}
