package dev.lockstep.storage.journal;

import org.agrona.concurrent.Agent;

/** The journal's work in the background. Both agents may share one thread; neither may run on the writer's. */
public interface JournalAgents {
    /**
     * @return keeps the next segment ready; without it the journal runs out of room
     */
    Agent preparer();

    /**
     * @return makes durable what is appended, and deletes what is no longer wanted. After a failed force it throws, and
     *     so does every later call of the journal's writer
     */
    Agent flusher();

    /**
     * Makes durable everything appended so far, at once. To be called on the flusher's thread, or when it has none.
     */
    void flush();
}
