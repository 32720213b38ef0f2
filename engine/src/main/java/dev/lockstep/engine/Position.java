package dev.lockstep.engine;

/**
 * A place in the history of a cluster, as a reader was given it.
 *
 * @param index the index
 * @param term the term of the frame that holds it
 * @param epoch the epoch in which it was read
 */
public record Position(long index, long term, long epoch) {}
