package dev.lockstep.engine.pipeline;

import dev.lockstep.storage.journal.Journal;
import dev.lockstep.storage.journal.JournalSettings;
import dev.lockstep.storage.journal.JournalSpace;

/** How much the journal takes of what it may, {@code maxJournalBytes}. As old as the last segment that was made or deleted. Any thread. */
final class JournalRoom {
    private final Journal journal;
    private final long maxBytes;
    /** What it takes at most but where that makes room: all parts are parts of this. */
    private final long usualBytes;

    JournalRoom(Journal journal, JournalSettings settings) {
        this.journal = journal;
        this.maxBytes = settings.maxJournalBytes();
        this.usualBytes = maxBytes - settings.keptBackBytes();
    }

    long usedBytes() {
        return journal.usedBytes();
    }

    long maxBytes() {
        return maxBytes;
    }

    /** @return whether it takes so much of it, or more */
    boolean isBeyond(int percent) {
        return journal.usedBytes() >= usualBytes / 100 * percent;
    }

    /** @return whether it takes half of it: then nothing is kept that is only a convenience */
    boolean isScarce() {
        return journal.usedBytes() >= usualBytes / 2;
    }

    /** @return whether it takes two thirds of it: more than where snapshots come when they are due */
    boolean isTight() {
        return journal.usedBytes() >= usualBytes / 3 * 2 || isMet();
    }

    /** @return whether it takes nothing more */
    boolean isMet() {
        return journal.space() == JournalSpace.BOUND_MET;
    }
}
