package dev.lockstep.engine.replica;

import dev.lockstep.storage.FrameRef;

/**
 * How what a primary sends stands to the log that a standby has (PROTOCOL D). Frames chain, so where one frame is the
 * same everything before it is; and within a term there is one primary, which makes each frame once, so where terms are
 * the same and frames are not, one of the two logs is damaged: that is no reason to cut anything (safety 9 and 25). That
 * holds within an epoch; two epochs may use one number for a term, each for its own.
 */
final class LogMatch {
    /** How it stands. */
    enum Verdict {
        /** It comes right behind what is there. */
        CONTINUES,
        /** It is there already. */
        KNOWN,
        /** It stands where a frame of another term is: that and all behind it must go. */
        DIVERGES,
        /** What comes before it is not there yet. */
        GAP,
        /** What comes before it is of another term here: the primary must look further back. */
        OTHER_HISTORY,
        /** What comes before it was compacted away here, and so is committed. */
        BEFORE_BASE,
        /** The same index and term, and other bytes. */
        DAMAGE
    }

    private LogMatch() {}

    /**
     * @param previous the frame before the first one that is sent
     * @param log the standby's
     * @param isOneEpoch whether the log was written in the primary's epoch
     * @return {@code KNOWN}, GAP, OTHER_HISTORY, BEFORE_BASE or DAMAGE
     */
    static Verdict ofPrevious(FrameRef previous, LogView log, boolean isOneEpoch) {
        if (previous.index() > log.last().index()) {
            return Verdict.GAP;
        }
        if (previous.index() < log.base().index()) {
            return Verdict.BEFORE_BASE;
        }
        FrameRef ours = log.holding(previous.index());
        if (ours.equals(previous)) {
            return Verdict.KNOWN;
        }
        if (previous.index() < log.base().index()) {
            return Verdict.BEFORE_BASE; // compacted while it was looked up
        }
        return isOneEpoch && ours.term() == previous.term() ? Verdict.DAMAGE : Verdict.OTHER_HISTORY;
    }

    /**
     * @param firstIndex of a frame that is sent; what comes before it is known
     * @param frame the frame
     * @param log the standby's
     * @param isOneEpoch whether the log was written in the primary's epoch
     * @return CONTINUES, KNOWN, DIVERGES or DAMAGE
     */
    static Verdict ofFrame(long firstIndex, FrameRef frame, LogView log, boolean isOneEpoch) {
        if (firstIndex > log.last().index()) {
            return Verdict.CONTINUES;
        }
        FrameRef ours = log.holding(firstIndex);
        if (ours.equals(frame) || firstIndex <= log.base().index()) {
            return Verdict.KNOWN; // what was compacted away is committed, and so the same
        }
        return isOneEpoch && ours.term() == frame.term() ? Verdict.DAMAGE : Verdict.DIVERGES;
    }
}
