package dev.lockstep.benchmarks.snapshot;

import dev.lockstep.benchmarks.Measurement;

/** What is measured of long life in JVMs of its own. */
enum SnapshotMeasurement {
    /** Three nodes, while one takes a snapshot. */
    LOAD,
    /** A third node joins two. */
    JOIN,
    /** Makes a node for the one below. */
    AGED,
    /** Starts it again. */
    RESTART,
    /** The log as a stream. */
    FOLLOW,
    /** A million timers. */
    TIMERS;

    Measurement make() {
        return switch (this) {
            case LOAD -> new LoadUnderSnapshot();
            case JOIN -> new Join();
            case AGED -> new Aged();
            case RESTART -> new Restart();
            case FOLLOW -> new Following();
            case TIMERS -> new TimersAtWork();
        };
    }
}
