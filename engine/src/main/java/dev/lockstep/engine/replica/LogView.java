package dev.lockstep.engine.replica;

import dev.lockstep.storage.FrameRef;

/** What a log says of its frames. */
interface LogView {
    /** @return what stands before the oldest frame held */
    FrameRef base();

    /** @return the last frame; the base if there is none */
    FrameRef last();

    /**
     * @param index from the base's to the last one's
     * @return the frame that holds it; at the base's index the base
     */
    FrameRef holding(long index);
}
