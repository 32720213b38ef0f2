package dev.lockstep.engine;

/**
 * Reads the committed log of this node at its own pace, see {@link Engine#follow}. Owned by the thread that polls it first;
 * {@link #nextIndex} and {@link #close} are for any.
 *
 * <p>No method waits, for anybody. A poll reads the journal where it lies, makes no object for a command, takes no lock, and
 * asks nothing of the node's threads: whoever follows slowly, or not at all for a while, slows nobody. Nor does it keep the
 * log from being cut: of what was deleted meanwhile it keeps one segment of the journal at most, until it is polled again or
 * closed.
 *
 * <p>A node that is cut off, or whose applier has stopped or drifted, tells nothing more, and {@link #poll} does not say so:
 * compare {@link #nextIndex} with {@link EngineStatus#committedIndex}, look at {@link EngineStatus#applierFailure}, and go to
 * another node.
 */
public interface Follower extends AutoCloseable {
    /**
     * Tells commands that are committed, and applied on this node, each once and in order.
     *
     * @param maxCommands how many at most
     * @return how many were told; zero if there is nothing to be told now, and also where nothing of a long stretch of the
     *     log is to be told: poll again
     * @throws EngineException.Compacted if what comes next is not in this node's log any more
     * @throws EngineException.PositionLost if what was told is of a history that the cluster has left, by {@link
     *     Engine#promote}
     * @throws EngineException.Closed if the engine has closed or failed, or this is closed
     * @throws RuntimeException whatever the listener throws, and then the same command is told again the next time
     * @throws IllegalArgumentException if that is not one command at least
     * @throws IllegalStateException if the listener polls
     */
    int poll(int maxCommands);

    /** @return the index from which on another follower goes on where this one has come to; any thread */
    long nextIndex();

    /** Lets go of the log; a poll that is under way ends with the command that it is telling. Idempotent; any thread. */
    @Override
    void close();
}
