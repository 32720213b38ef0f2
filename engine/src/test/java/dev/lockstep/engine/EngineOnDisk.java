package dev.lockstep.engine;

import dev.lockstep.engine.pipeline.EngineLauncher;
import dev.lockstep.storage.Disk;

/** Starts engines on a disk of the test's. */
public final class EngineOnDisk {
    private EngineOnDisk() {}

    /**
     * @param builder all that is set, the state machine too
     * @param stateMachine the same
     * @param disk what the node writes its journal and snapshots with
     * @return the engine
     */
    public static Engine start(EngineBuilder builder, StateMachine stateMachine, Disk disk) {
        return EngineLauncher.start(builder.stateMachine(stateMachine).settings(), stateMachine, disk);
    }
}
