package dev.lockstep.engine.replica;

import dev.lockstep.storage.FrameRef;

/**
 * What a node that has promised itself to the founder of an epoch holds.
 *
 * @param mustHold what it was asked for
 * @param isHeld whether it holds that
 * @param committed the last frame that it knows to be committed
 * @param logEpoch the epoch in which the end of its log was written
 * @param last the last frame of its log
 */
record Holding(FrameRef mustHold, boolean isHeld, FrameRef committed, long logEpoch, FrameRef last) {
    /** What was committed in an epoch stands in no log from before it, whatever its terms are. */
    boolean isBetterThan(Holding other) {
        return logEpoch != other.logEpoch ? logEpoch > other.logEpoch : VoteRules.isOlder(other.last, last);
    }
}
