package dev.lockstep.storage.ballot;

import dev.lockstep.storage.ballot.ScanEnd.Ending;

/**
 * What a start does with the end of its journal. A torn tail, a suffix that the machine lost and damage look alike on
 * disk; which boot it is, what was promised and what was flushed tell them apart (safety 14). Pure; any thread.
 */
public enum StartDecision {
    /** The log ends where it was written to. */
    KEEP,
    /** The process died while it wrote a frame that nobody was told of: cut it off. */
    CUT_TORN_TAIL,
    /** The machine died before it flushed what stood here: cut it off. */
    CUT_LOST_SUFFIX,
    /** What must be there is not readable: keep the files under another name, go on from the last good frame. */
    SET_ASIDE_DAMAGE;

    /**
     * @param sameBoot whether the machine has not started since the journal was last written
     * @param promised the index promised in this boot; means nothing in another one
     * @param flushMark the last index that the journal knows to be on the device
     * @param end where and how the scan ended
     * @return what to do with the journal's end
     */
    public static StartDecision of(boolean sameBoot, long promised, long flushMark, ScanEnd end) {
        return sameBoot ? inSameBoot(Math.max(promised, flushMark), end) : inAnotherBoot(flushMark, end);
    }

    /** The kernel has kept every byte: only the record that was being written can be unready, and none can be bad. */
    private static StartDecision inSameBoot(long mustBeThere, ScanEnd end) {
        if (end.lastGoodIndex() < mustBeThere || end.ending() == Ending.BAD) {
            return SET_ASIDE_DAMAGE;
        }
        return end.ending() == Ending.CLEAN ? KEEP : CUT_TORN_TAIL;
    }

    /** Behind the last flush anything can be missing; before it, nothing. */
    private static StartDecision inAnotherBoot(long flushMark, ScanEnd end) {
        if (end.lastGoodIndex() < flushMark) {
            return SET_ASIDE_DAMAGE;
        }
        return end.ending() == Ending.CLEAN ? KEEP : CUT_LOST_SUFFIX;
    }

    /**
     * Whether the node may have forgotten something that it acknowledged, whatever the scan found: lost pages of a
     * preallocated file read as zeros, which no checksum notices (safety 15, 29).
     *
     * @param sameBoot whether the machine has not started since the journal was last written
     * @param dirty the ballot's flag
     * @param decision what {@link #of} said
     * @return whether it may have; a member then starts as recovering, and its acknowledgements must not count until it
     *     is whole again
     */
    public static boolean mayHaveForgotten(boolean sameBoot, boolean dirty, StartDecision decision) {
        return decision == SET_ASIDE_DAMAGE || (dirty && !sameBoot);
    }
}
