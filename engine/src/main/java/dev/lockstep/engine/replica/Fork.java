package dev.lockstep.engine.replica;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Identity;

/**
 * Where an epoch ended, for the next one to begin: an ancestor of the present one.
 *
 * @param epoch the epoch that ended
 * @param last the last frame that its successor kept of it: an index alone would not do, for a node that was left out may
 *     hold another history below it
 * @param foundingTerm the term of the frame that founds the successor, which those who were left had promised
 * @param founder to whom they had promised it
 */
public record Fork(long epoch, FrameRef last, long foundingTerm, Identity founder) {
    /** @return the last index that the successor kept */
    long lastIndex() {
        return last.index();
    }
}
