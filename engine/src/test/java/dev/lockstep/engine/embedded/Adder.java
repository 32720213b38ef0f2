package dev.lockstep.engine.embedded;

import dev.lockstep.engine.Command;
import dev.lockstep.engine.Reply;
import dev.lockstep.engine.SnapshotInput;
import dev.lockstep.engine.SnapshotOutput;
import dev.lockstep.engine.StateMachine;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Adds numbers up, and remembers in which order they came. A negative number is rejected, and one that was planted makes it
 * throw. What is not a number is only counted.
 */
class Adder implements StateMachine {
    static final int NEGATIVE = 7;

    long total;
    long count;
    long hash;
    /** The command that it cannot apply; zero for none. */
    volatile long poison;

    static byte[] number(long value) {
        return ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array();
    }

    @Override
    public void apply(Command command, Reply reply) {
        long value =
                command.payload().capacity() == Long.BYTES ? command.payload().getLong(0) : 0;
        if (value != 0 && value == poison) {
            throw new IllegalStateException("this is the number that cannot be added");
        }
        if (value < 0) {
            reply.putLong(total).reject(NEGATIVE);
            return;
        }
        total += value;
        count++;
        hash = hash * 31 + value;
        reply.putLong(total);
    }

    @Override
    public void save(SnapshotOutput out) {
        out.putLong(total);
        out.putLong(count);
        out.putLong(hash);
    }

    @Override
    public void load(SnapshotInput in) {
        total = in.getLong();
        count = in.getLong();
        hash = in.getLong();
    }
}
