package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.EngineException;
import dev.lockstep.engine.StateMachine;

/** Has a state machine load, and sees that it takes all of it: what is left over would be missing from then on. */
final class StateLoading {
    private StateLoading() {}

    /**
     * @param machine whose state is replaced
     * @param in all of the new one
     * @param what it is, for the reader
     * @throws EngineException if the state machine throws, or leaves something
     */
    static void load(StateMachine machine, BufferedSnapshotInput in, String what) {
        try {
            machine.load(in);
        } catch (RuntimeException e) {
            throw new EngineException("the state machine cannot load the " + what + ": " + e.getMessage(), e);
        }
        if (!in.isAtEnd()) {
            throw new EngineException("the state machine has not loaded all of the " + what
                    + ": load must read everything that save puts, in the same order");
        }
    }
}
