package dev.lockstep.storage.journal;

/** What a segment's file says of itself, before its frames are looked at. */
interface SegmentClaims {
    /** @return the number that the file's name gives it */
    long number();

    /** @return its header; null if there is no sound one */
    SegmentHeader header();

    /** @return whether the file has its final name */
    boolean isNamed();

    /** @return the mark of what was forced; means nothing without a header */
    long flushMark();

    /** @return where the segment itself says that its part of the log was cut; {@link CutNote#NONE} if it does not */
    long cutNote();

    /** @return whether the header may be believed: it is sound, and that of this segment */
    default boolean isTrusted() {
        return header() != null && header().number() == number();
    }
}
