package dev.lockstep.engine;

/**
 * What a read has found.
 *
 * @param value what the query returned
 * @param position where the state stood, to be handed to {@link ReadConsistency#atLeast}
 * @param <T> the query's type
 */
public record ReadResult<T>(T value, Position position) {}
