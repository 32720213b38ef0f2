package dev.lockstep.engine.pipeline;

import dev.lockstep.engine.Command;
import dev.lockstep.engine.Reply;
import dev.lockstep.engine.SnapshotInput;
import dev.lockstep.engine.SnapshotOutput;
import dev.lockstep.engine.StateMachine;

/** What a witness has for a state machine: it keeps no log, and so nothing ever comes here. */
final class NoState implements StateMachine {
    @Override
    public void apply(Command command, Reply reply) {
        throw new IllegalStateException("index " + command.index()
                + " is to be applied, but this node was started without a state machine, as a witness");
    }

    @Override
    public void save(SnapshotOutput out) {
        // there is nothing
    }

    @Override
    public void load(SnapshotInput in) {
        // there is nothing
    }
}
