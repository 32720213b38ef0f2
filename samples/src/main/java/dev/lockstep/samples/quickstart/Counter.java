package dev.lockstep.samples.quickstart;

import dev.lockstep.engine.Command;
import dev.lockstep.engine.Reply;
import dev.lockstep.engine.SnapshotInput;
import dev.lockstep.engine.SnapshotOutput;
import dev.lockstep.engine.StateMachine;
import java.nio.ByteOrder;

/** Adds up the numbers that it is given: eight bytes each, the lowest first. */
final class Counter implements StateMachine {
    static final int NOT_A_NUMBER = 1;

    private long total;

    @Override
    public void apply(Command command, Reply reply) {
        if (command.payload().capacity() != Long.BYTES) {
            reply.reject(NOT_A_NUMBER); // what throws would stop the applier, on every node
            return;
        }
        total += command.payload().getLong(0, ByteOrder.LITTLE_ENDIAN);
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
