package dev.lockstep.engine;

/**
 * What a state machine may use beside its commands: the cluster's time, a source of numbers that look random, and timers. All
 * of it comes out of the log, so it is the same on every node and at every replay. Given by {@link StateMachine#onStart}; to
 * be used on the thread that calls {@link StateMachine#apply} or {@link StateMachine#onTimer}, while it does: between two such
 * calls each method throws {@link IllegalStateException}. None blocks.
 *
 * <pre>{@code
 * public void apply(Command command, Reply reply) {
 *     long order = command.payload().getLong(0, ByteOrder.LITTLE_ENDIAN);
 *     open.add(order);
 *     cluster.schedule(order, cluster.timeNs() + TimeUnit.MINUTES.toNanos(5));
 * }
 *
 * public void onTimer(long id, long deadlineNs) {
 *     open.remove(id); // it was not filled in time
 * }
 * }</pre>
 */
public interface Cluster {
    /**
     * How many timers may be pending. One more throws; if {@link StateMachine#apply} lets that through, every node's applier
     * stops. Check {@link #pendingTimers} and reject.
     */
    int MAX_TIMERS = 1 << 24;

    /**
     * @return the cluster's time, in nanoseconds since 1970: in {@link StateMachine#apply} that of the command, in {@link
     *     StateMachine#onTimer} not before the timer's deadline. It never goes back. Commands that were sealed together
     *     have the same time: it tells no two apart
     */
    long timeNs();

    /** @return the index that is being applied; timers fire before the command of that index */
    long index();

    /**
     * Draws a number. Each call brings another one. They are spread evenly, and whoever knows the log can work them out: good
     * for choosing by lot, and not for secrets.
     *
     * @return any number
     */
    long random();

    /**
     * Has {@link StateMachine#onTimer} called, once, when the cluster's time comes to a deadline, also if nobody submits
     * anything, whichever node is the primary then, and after restarts. If a timer with that number is pending it gets the
     * new deadline. All that are due fire in the order of their deadlines; equal ones in the order of their numbers.
     *
     * @param id its number, the state machine's own
     * @param deadlineNs in the time of {@link #timeNs}. If that has passed, it fires before the next frame
     * @throws IllegalStateException if {@link #MAX_TIMERS} are pending, and none with that number
     */
    void schedule(long id, long deadlineNs);

    /**
     * Takes a timer back.
     *
     * @param id its number
     * @return whether it was pending
     */
    boolean cancel(long id);

    /** @return how many timers are pending */
    int pendingTimers();
}
