package dev.lockstep.storage;

/**
 * A frame, named so that history is named with it: frames chain, so two journals that hold the same reference hold the
 * same log up to it.
 *
 * @param index the frame's last index
 * @param term the term of the primary that made it
 * @param crc its checksum
 */
public record FrameRef(long index, long term, int crc) {
    /** What comes before the first frame. */
    public static final FrameRef ORIGIN = new FrameRef(0, 0, 0);

    @Override
    public String toString() {
        return "index " + index + " (term " + term + ", crc " + String.format("%08x", crc) + ")";
    }
}
