package dev.lockstep.engine;

/**
 * The service's own state, which changes by commands and by nothing else, in the same way on every node.
 *
 * <p>It must be deterministic: what {@link #apply} does depends on the state and the command alone, not on a clock, a random
 * source, a file, another thread or the order of a hash set. Time, chance and timers come from the {@link Cluster}.
 *
 * <p>One thread at a time calls it, never two, and each call sees what the one before did; which thread that is may change.
 *
 * <pre>{@code
 * final class Counter implements StateMachine {
 *     static final int NOT_A_NUMBER = 1;
 *     private long total;
 *
 *     public void apply(Command command, Reply reply) {
 *         if (command.payload().capacity() != Long.BYTES) {
 *             reply.reject(NOT_A_NUMBER); // what throws would stop the applier, on every node
 *             return;
 *         }
 *         total += command.payload().getLong(0, ByteOrder.LITTLE_ENDIAN);
 *         reply.putLong(total);
 *     }
 *
 *     public void save(SnapshotOutput out) {
 *         out.putLong(total);
 *     }
 *
 *     public void load(SnapshotInput in) {
 *         total = in.getLong();
 *     }
 * }
 * }</pre>
 */
public interface StateMachine {
    /** What {@link #hash} returns where the state is not summed up: never return it for a real state. */
    long NO_HASH = 0;

    /**
     * Called once, before anything else but {@link #version}, by the thread that starts the engine.
     *
     * @param cluster the time, numbers that look random, and timers: to be kept, and used while {@link #apply} and {@link
     *     #onTimer} are called
     */
    default void onStart(Cluster cluster) {}

    /**
     * A timer is due that was {@link Cluster#schedule scheduled}; it is pending no more. What this throws stops the applier
     * of this node, as with {@link #apply}; the way out is code that can take it, or {@link Engine#skipTimer}. Must not
     * block.
     *
     * @param id its number
     * @param deadlineNs its deadline
     */
    default void onTimer(long id, long deadlineNs) {
        throw new UnsupportedOperationException("a timer was scheduled, and the state machine has no onTimer");
    }

    /**
     * Applies one command. The deterministic "no" is {@link Reply#reject}; anything else that this throws stops the applier
     * of this node at this command, while the node goes on journaling and voting: the way out is code that can apply it, or
     * {@link Engine#skip}. A {@link VirtualMachineError}, such as an {@link OutOfMemoryError} or a
     * {@link StackOverflowError}, stops the whole node, for nobody knows what else it has left undone. Every node is given
     * the same command: what depends on the command alone stops all of them. Must not block.
     *
     * @param command what was submitted; only during this call
     * @param reply what the submitter hears; only during this call
     */
    void apply(Command command, Reply reply);

    /**
     * Writes the whole state, so that {@link #load} finds it. Called between commands, not on the hot thread; may take its
     * time, while nothing is applied on this node. Put it in pieces: between two of them the node can call it off, which it
     * does where it is elected or closed meanwhile. Changes nothing, for it may end at any piece.
     *
     * @param out where to write it; what it throws is to be passed on
     */
    void save(SnapshotOutput out);

    /**
     * Replaces the whole state by one that was saved, in this or an older version of the code. Called between commands, not
     * on the hot thread; may take its time. Nothing calls it off, for half a state is none: a node that is elected
     * meanwhile takes commands, and applies them once it has ended. Before the engine applies anything it saves the state that it was given, on the
     * thread that starts it, and it loads that again when it must begin anew.
     *
     * @param in where to read it
     */
    void load(SnapshotInput in);

    /**
     * Sums the whole state up in a number, so that nodes can compare theirs: whoever comes to another one than most nodes is
     * not deterministic, or its memory is broken, and stops before it serves what is wrong ({@link
     * EngineException.Drifted}). Compared once a second of the cluster's time, where something has changed; at the same index
     * on every node. Called between commands, on the thread that applies, and should take microseconds: keep it up to date in
     * {@link #apply}, rather than going over the state.
     *
     * <p>While nodes are upgraded one after another, code of both versions must come to the same number as long as the older
     * {@link #version} is active; so must a replay.
     *
     * <pre>{@code
     * // in apply, for whatever it changes: the old entry's part goes, the new one's comes
     * hash += mix(key, newValue) - mix(key, oldValue);
     * }</pre>
     *
     * @return depends on what {@link #save} writes and on nothing else, in whatever order it was come to. {@link #NO_HASH},
     *     which is 0, means "not summed up", and then nothing is compared: do not return it for a real state
     */
    default long hash() {
        return NO_HASH;
    }

    /**
     * Which behaviour the code supports at most. Code that behaves differently at {@link #apply} has a higher version, and
     * behaves as {@link Command#version} says. The active version rises by itself, once every voter that applies runs the newer
     * code, at the same index everywhere, and never falls; observers are not waited for. In a replay each command has the one
     * that was active when it came. A node whose code supports less than is active applies nothing more, and says so. Asked
     * once, at the start.
     *
     * @return the version, from 1
     */
    default int version() {
        return 1;
    }
}
