package dev.lockstep.benchmarks.replica;

import dev.lockstep.benchmarks.Measurement;

/** What is measured of the replica in JVMs of its own. */
enum ReplicaMeasurement {
    /** What a frame allocates. */
    ALLOCATION,
    /** How fast simulations run. */
    SIMULATOR;

    Measurement make() {
        return switch (this) {
            case ALLOCATION -> new AllocationPerFrame();
            case SIMULATOR -> new SimulationSpeed();
        };
    }
}
