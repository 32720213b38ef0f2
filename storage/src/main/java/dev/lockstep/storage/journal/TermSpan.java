package dev.lockstep.storage.journal;

/**
 * Consecutive indexes of one term.
 *
 * @param term the term
 * @param firstIndex the first of them
 * @param lastIndex the last of them
 */
public record TermSpan(long term, long firstIndex, long lastIndex) {}
