package dev.lockstep.storage.journal;

import java.io.IOException;

/**
 * What a journal's directory may take of the disk. A segment is made only where it fits; and frames go on in the one that is
 * ready only where yet another one fits beside it, so that one is always left for a cut, or for a snapshot behind which the
 * log is to begin: what makes room must not want for it. Measured by the preparer; read by any thread.
 */
final class JournalBound {
    /** By so much of a segment Chronicle lets its file reach beyond it, as a hole, until it is full and trimmed. */
    private static final int PART_BEYOND = 4;

    /** What a segment takes on its way: all of it, what reaches beyond, and Chronicle's table beside it. */
    private final long segmentBytes;

    private final JournalDirectory directory;
    private final long maxBytes;
    private volatile long usedBytes;
    private volatile boolean isMet;

    JournalBound(JournalDirectory directory, JournalSettings settings) {
        this.directory = directory;
        this.maxBytes = settings.maxJournalBytes();
        this.segmentBytes =
                settings.segmentBytes() + settings.segmentBytes() / PART_BEYOND + (long) JournalDirectory.TABLE_BYTES;
    }

    /** The preparer: looks at the directory. @return whether another segment fits */
    boolean fitsAnother() throws IOException {
        if (maxBytes == JournalSettings.UNBOUNDED) {
            return true;
        }
        long used = directory.usedBytes();
        usedBytes = used;
        boolean fits = used + segmentBytes <= maxBytes;
        isMet = !fits;
        return fits;
    }

    /** @return whether no other segment fits, as far as was seen last */
    boolean isMet() {
        return isMet;
    }

    /** @return what the directory took when it was looked at last; zero if there is no bound */
    long usedBytes() {
        return usedBytes;
    }
}
