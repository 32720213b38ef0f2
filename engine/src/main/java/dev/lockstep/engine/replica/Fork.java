package dev.lockstep.engine.replica;

/**
 * Where an epoch ended, for the next one to begin: an ancestor of the present one.
 *
 * @param epoch the epoch that ended
 * @param lastIndex the last index that its successor kept of it
 */
public record Fork(long epoch, long lastIndex) {}
