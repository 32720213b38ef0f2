package dev.lockstep.engine;

/** Hears the committed log, on the thread that polls the {@link Follower}. */
@FunctionalInterface
public interface FollowListener {
    /**
     * Called once for each command that the state machine is given, in their order. What it throws is thrown on by
     * {@link Follower#poll}, and the same command is told again the next time. If you store its effect and {@code
     * index + 1} in one transaction, each takes effect once.
     *
     * @param command the command; only during this call
     */
    void onCommand(Command command);
}
