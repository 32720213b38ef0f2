package dev.lockstep.benchmarks.engine;

import dev.lockstep.engine.Command;
import dev.lockstep.engine.Reply;
import dev.lockstep.engine.SnapshotInput;
import dev.lockstep.engine.SnapshotOutput;
import dev.lockstep.engine.StateMachine;

/** The least that a service can do: it sees that no command is left out, and replies with the number of each. */
public final class Tally implements StateMachine {
    private final NumberCheck applied = new NumberCheck("a command is applied out of its turn");

    @Override
    public void apply(Command command, Reply reply) {
        long number = NumberedCommand.numberAt(command.payload(), 0);
        applied.take(number);
        reply.putLong(number);
    }

    /** @return how many were applied */
    public long count() {
        return applied.last();
    }

    @Override
    public void save(SnapshotOutput out) {
        out.putLong(applied.last());
    }

    @Override
    public void load(SnapshotInput in) {
        applied.resume(in.getLong());
    }
}
