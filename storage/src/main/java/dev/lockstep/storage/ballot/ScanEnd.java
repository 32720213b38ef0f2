package dev.lockstep.storage.ballot;

import dev.lockstep.storage.Invariant;
import java.util.Objects;

/**
 * Where and how the scan of a journal ended.
 *
 * @param lastGoodIndex the last index that can be read, and everything before it
 * @param ending what stands behind it
 */
public record ScanEnd(long lastGoodIndex, Ending ending) {
    /** What a scan can end at. */
    public enum Ending {
        /** Space that was never written to. */
        CLEAN,
        /** A record that was begun and never made ready. */
        UNREADY,
        /** Something that cannot be read, or something missing. */
        BAD
    }

    /** Refuses an index that no log has. */
    public ScanEnd {
        Objects.requireNonNull(ending, "ending");
        Invariant.check(lastGoodIndex >= 0, "a scan ended before the log", 0, lastGoodIndex);
    }
}
