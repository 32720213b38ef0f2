package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.Snapshot;
import dev.lockstep.storage.journal.JournalSettings;

/**
 * When a snapshot is due.
 *
 * @param commands behind so many commands
 * @param bytes or so many bytes of log
 * @param isEver whether one ever is
 */
record SnapshotRule(long commands, long bytes, boolean isEver) {
    /** The log goes back to the older of two, and the next one takes its time. */
    private static final int PARTS = 4;

    /** What a journal takes besides: the segment in use, the one that is ready, one that is kept back, those at both ends of what is kept. */
    private static final int SEGMENTS_BESIDES = 5;

    /** However far apart they are asked for, the journal has room for what lies between them. */
    static SnapshotRule of(Snapshot asked, long maxJournalBytes, int segmentBytes) {
        boolean isEver = asked.commands() != Long.MAX_VALUE || asked.bytes() != Long.MAX_VALUE;
        boolean isBounded = isEver && maxJournalBytes != JournalSettings.UNBOUNDED;
        long most = isBounded ? (maxJournalBytes - (long) SEGMENTS_BESIDES * segmentBytes) / PARTS : Long.MAX_VALUE;
        return new SnapshotRule(asked.commands(), Math.min(asked.bytes(), most), isEver);
    }
}
