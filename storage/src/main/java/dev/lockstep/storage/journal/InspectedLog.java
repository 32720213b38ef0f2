package dev.lockstep.storage.journal;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Identity;
import dev.lockstep.storage.ballot.ScanEnd.Ending;
import java.util.List;

/**
 * The log that a start would find: the sound frames from the oldest one on, up to the first damage.
 *
 * @param identity the journal that the oldest segment says it is of; {@link Identity#NONE} if none says so
 * @param base the frame before the first one; a kept snapshot must reach it unless it is {@link FrameRef#ORIGIN}
 * @param tip the last frame
 * @param terms the terms of its frames, in order
 * @param ending what stands behind the last frame
 * @param flushMark the last index that was noted as forced; {@link Long#MAX_VALUE} if the note is lost, so that
 *     everything must be taken for forced
 */
public record InspectedLog(
        Identity identity, FrameRef base, FrameRef tip, List<TermSpan> terms, Ending ending, long flushMark) {
    /** @return whether it has no frame */
    public boolean isEmpty() {
        return tip.index() == base.index();
    }
}
