package dev.lockstep.samples.quickstart;

import dev.lockstep.engine.Command;
import dev.lockstep.engine.Reply;
import dev.lockstep.engine.SnapshotInput;
import dev.lockstep.engine.SnapshotOutput;
import dev.lockstep.engine.StateMachine;

/** Adds up the numbers that it is given. */
final class Counter implements StateMachine {
    private long total;

    @Override
    public void apply(Command command, Reply reply) {
        total += command.payload().getLong(0);
        reply.putLong(total);
    }

    @Override
    public void save(SnapshotOutput out) {
        out.putLong(total);
    }

    @Override
    public void load(SnapshotInput in) {
        total = in.getLong();
    }
}
