package dev.lockstep.engine.pipeline;

import java.util.function.BooleanSupplier;

/**
 * A snapshot that is to be taken of what was applied here. Made by the hot thread, which may call it off at any moment; taken
 * by whoever applies, who says what became of it.
 */
final class SnapshotOrder {
    /**
     * What became of it. Where nothing is said it is kept, or one that is as new.
     *
     * @param obstacle what stood in the way, and may pass; null if nothing did
     * @param failure why there is no point in trying again at once; null if there is
     */
    record Outcome(String obstacle, Throwable failure) {
        static final Outcome KEPT = new Outcome(null, null);
        static final Outcome GAVE_WAY = ofObstacle("it gave way to an election, or to another epoch");

        static Outcome ofObstacle(String obstacle) {
            return new Outcome(obstacle, null);
        }

        static Outcome ofFailure(Throwable failure) {
            return new Outcome(null, failure);
        }
    }

    private static final long NOT_HELD_UP = Long.MIN_VALUE;

    private final long branch;
    private final long logGeneration;
    private final BooleanSupplier isClosing;
    private volatile boolean isCalledOff;
    private volatile Outcome outcome;
    /** The applier's: since when it waits for what it has applied to be committed. */
    private long heldUpSinceNs = NOT_HELD_UP;

    /**
     * @param branch what {@link SnapshotTurn#branch} says now: it may be of no other one
     * @param logGeneration nor of a log that is cut from now on
     * @param isClosing whether the node closes, which waits for no snapshot
     */
    SnapshotOrder(long branch, long logGeneration, BooleanSupplier isClosing) {
        this.branch = branch;
        this.logGeneration = logGeneration;
        this.isClosing = isClosing;
    }

    long branch() {
        return branch;
    }

    long logGeneration() {
        return logGeneration;
    }

    /** The hot thread: something is more urgent. Whoever takes it finds out at the next piece of the state. */
    void callOff() {
        isCalledOff = true;
    }

    boolean isCalledOff() {
        return isCalledOff || isClosing.getAsBoolean();
    }

    /** The applier: it can do nothing but wait. @return for how long it has already */
    long heldUpNs(long nowNs) {
        if (heldUpSinceNs == NOT_HELD_UP) {
            heldUpSinceNs = nowNs;
        }
        return nowNs - heldUpSinceNs;
    }

    /** The applier, once. */
    void end(Outcome became) {
        outcome = became;
    }

    /** @return what became of it; null while that is open */
    Outcome outcome() {
        return outcome;
    }
}
