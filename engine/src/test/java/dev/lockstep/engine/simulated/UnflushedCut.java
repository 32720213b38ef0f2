package dev.lockstep.engine.simulated;

import dev.lockstep.storage.FrameRef;
import java.util.List;

/**
 * A cut that the device may not have yet, and what it takes to undo it.
 *
 * @param last what the log goes on behind
 * @param isAtSnapshot whether the log begins there, behind a snapshot
 * @param oldBase what stood before the oldest frame until then
 * @param removed what it took out of the log
 * @param oldDurableIndex what the device had of that
 * @param oldMark what of that was noted as flushed
 */
record UnflushedCut(
        FrameRef last,
        boolean isAtSnapshot,
        FrameRef oldBase,
        List<LogEntry> removed,
        long oldDurableIndex,
        long oldMark) {

    /**
     * Puts back what it took away.
     *
     * @return what was appended behind it
     */
    List<LogEntry> undo(LogContent content) {
        List<LogEntry> appended = content.cutFrom(last.index() + 1);
        if (isAtSnapshot) {
            content.startAfter(oldBase);
        }
        content.addAll(removed);
        return appended;
    }
}
