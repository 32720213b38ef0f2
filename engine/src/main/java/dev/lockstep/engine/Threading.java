package dev.lockstep.engine;

/** Who does the engine's work. In every mode a thread in the background flushes and prepares, and another one replays and saves. */
public enum Threading {
    /** One hot thread does all that a command waits for. */
    COMPACT,
    /** The state machine has a thread of its own, and so has the network: for state machines that take their time. */
    PIPELINED,
    /** The application's own thread does it, in {@link Engine#poll}: the shortest way, and nothing happens unless it polls. */
    CALLER
}
