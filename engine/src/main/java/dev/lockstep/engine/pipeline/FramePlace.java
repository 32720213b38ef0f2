package dev.lockstep.engine.pipeline;

/** Where a command stands: a flyweight, for a record would be one object for each. Owned by whoever made it. */
final class FramePlace {
    long index;
    long term;
    long epoch;
    /** Whether it was known to be committed when that was written. */
    boolean isCommitted;

    FramePlace set(long newIndex, long newTerm, long newEpoch) {
        index = newIndex;
        term = newTerm;
        epoch = newEpoch;
        isCommitted = false;
        return this;
    }

    /** @return no place at all */
    FramePlace clear() {
        return set(0, 0, 0);
    }
}
