package dev.lockstep.storage.journal;

import java.io.IOException;

/**
 * What a journal's directory may take of the disk. A segment is made only where it fits. Frames go on in the one that is
 * ready only where two more fit beside it: one of them may then be needed for a cut, or for a snapshot behind which the log
 * is to begin, for what makes room must not want for it; the other is kept back for frames without which nothing would ever
 * let the log be cut. Measured by the preparer; read by any thread.
 */
final class JournalBound {
    private final JournalDirectory directory;
    private final JournalSettings settings;
    private volatile long usedBytes;
    private volatile boolean isMet;
    private volatile boolean isFull;
    private volatile boolean isOutdated;

    JournalBound(JournalDirectory directory, JournalSettings settings) {
        this.directory = directory;
        this.settings = settings;
    }

    /**
     * The preparer: looks at the directory.
     *
     * @param isOneReady whether a segment is ready, and so is there already
     * @return whether another segment fits
     */
    boolean fitsAnother(boolean isOneReady) throws IOException {
        long maxBytes = settings.maxJournalBytes();
        if (maxBytes == JournalSettings.UNBOUNDED) {
            return true;
        }
        long segmentBytes = settings.mostBytesOfSegment();
        isOutdated = false; // before it is looked at
        long used = directory.usedBytes();
        long usedWithReady = isOneReady ? used : used + segmentBytes;
        usedBytes = used;
        isFull = used + segmentBytes > maxBytes;
        isMet = usedWithReady + segmentBytes + settings.keptBackBytes() > maxBytes;
        return !isFull;
    }

    /** The flusher: the directory takes less than it did. */
    void onLess() {
        isOutdated = settings.maxJournalBytes() != JournalSettings.UNBOUNDED;
    }

    /** @return whether there is less than was seen last */
    boolean isOutdated() {
        return isOutdated;
    }

    /** @return whether frames may not go on in the segment that is ready, as far as was seen last */
    boolean isMet() {
        return isMet;
    }

    /** @return whether no other segment fits, as far as was seen last: what was kept back is in use, too */
    boolean isFull() {
        return isFull;
    }

    /** @return what the directory took when it was looked at last; zero if there is no bound */
    long usedBytes() {
        return usedBytes;
    }
}
