package dev.lockstep.storage.journal;

/**
 * A journal that was opened, and its work in the background.
 *
 * @param journal the journal
 * @param agents what must run beside it
 */
public record OpenJournal(Journal journal, JournalAgents agents) {}
