package dev.lockstep.engine.replica;

/**
 * What a node's state was at an index.
 *
 * @param index the last one of a frame
 * @param hash what the state machine says of its state there
 */
public record Checkpoint(long index, long hash) {
    /** There is none. */
    public static final Checkpoint NONE = new Checkpoint(0, 0);
}
