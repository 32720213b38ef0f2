package dev.lockstep.engine.pipeline;

import dev.lockstep.storage.journal.Journal;
import dev.lockstep.storage.journal.JournalSettings;
import dev.lockstep.storage.journal.JournalSpace;

/** How much the journal takes of what it may, {@code maxJournalBytes}. As old as its newest segment. Any thread. */
final class JournalRoom {
    private final Journal journal;
    private final long maxBytes;

    /** @param maxBytes what it may take; {@link JournalSettings#UNBOUNDED} if all of the disk */
    JournalRoom(Journal journal, long maxBytes) {
        this.journal = journal;
        this.maxBytes = maxBytes;
    }

    long usedBytes() {
        return journal.usedBytes();
    }

    long maxBytes() {
        return maxBytes;
    }

    /** @return whether it takes half of it: then nothing is kept that is only a convenience */
    boolean isScarce() {
        return journal.usedBytes() >= maxBytes / 2;
    }

    /** @return whether it takes two thirds of it: more than where snapshots come when they are due */
    boolean isTight() {
        return journal.usedBytes() >= maxBytes / 3 * 2 || isMet();
    }

    /** @return whether it takes nothing more */
    boolean isMet() {
        return journal.space() == JournalSpace.BOUND_MET;
    }
}
