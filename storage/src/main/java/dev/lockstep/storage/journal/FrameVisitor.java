package dev.lockstep.storage.journal;

import dev.lockstep.storage.frame.Frame;

/** Is shown frames. */
@FunctionalInterface
public interface FrameVisitor {
    /**
     * @param segment the segment that holds the frame
     * @param offset the byte where its record starts
     * @param frame the frame, verified; only until this returns
     */
    void onFrame(InspectedSegment segment, long offset, Frame frame);
}
