package dev.lockstep.engine.replica;

/**
 * A configuration, and the frame of the log that says it.
 *
 * @param index the frame's index
 * @param term its term
 * @param config what it says
 */
record PlacedConfig(long index, long term, Config config) {}
