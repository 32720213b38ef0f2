package dev.lockstep.engine;

/** Hears what became of commands, on the thread that polls the submitter. */
@FunctionalInterface
public interface ReplyListener {
    /**
     * Called once for each command that was accepted, in the order in which they were. What it throws goes to the engine's
     * error handler, and stops nothing.
     *
     * @param id what {@link Submitter#offer} returned
     * @param reply what became of it; only during this call
     */
    void onReply(long id, Reply reply);
}
