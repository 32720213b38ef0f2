package dev.lockstep.benchmarks.engine;

import dev.lockstep.benchmarks.Measurement;
import dev.lockstep.engine.Durability;
import dev.lockstep.engine.Threading;

/** What is measured of an engine in JVMs of its own. */
enum EngineMeasurement {
    /** By default, but that nothing waits for the device. */
    COMPACT_APPENDED,
    /** By default. */
    COMPACT_FLUSHED,
    /** With a thread for the state machine. */
    PIPELINED_APPENDED,
    /** The same, and waits for the device. */
    PIPELINED_FLUSHED,
    /** On the application's own thread. */
    CALLER_APPENDED,
    /** The same, and waits for the device. */
    CALLER_FLUSHED,
    /** What a command allocates. */
    ALLOCATION,
    /** Makes a log for the one below. */
    FILL_100MB,
    /** Starts again with it. */
    RESTART_100MB,
    /** Makes a log for the one below. */
    FILL_1GB,
    /** Starts again with it. */
    RESTART_1GB;

    private static final long MB = 1_000_000;
    private static final long GB = 1_000_000_000;

    Measurement make() {
        return switch (this) {
            case COMPACT_APPENDED -> underLoad(Threading.COMPACT, Durability.APPENDED);
            case COMPACT_FLUSHED -> underLoad(Threading.COMPACT, Durability.FLUSHED);
            case PIPELINED_APPENDED -> underLoad(Threading.PIPELINED, Durability.APPENDED);
            case PIPELINED_FLUSHED -> underLoad(Threading.PIPELINED, Durability.FLUSHED);
            case CALLER_APPENDED -> underLoad(Threading.CALLER, Durability.APPENDED);
            case CALLER_FLUSHED -> underLoad(Threading.CALLER, Durability.FLUSHED);
            case ALLOCATION -> new AllocationPerCommand();
            case FILL_100MB -> new FillJournal(100 * MB);
            case RESTART_100MB -> new Restart("engine.restart.100mb", 100 * MB);
            case FILL_1GB -> new FillJournal(GB);
            case RESTART_1GB -> new Restart("engine.restart.1gb", GB);
        };
    }

    private static Measurement underLoad(Threading threading, Durability durability) {
        return new EngineUnderLoad(new SingleNode(threading, durability));
    }
}
