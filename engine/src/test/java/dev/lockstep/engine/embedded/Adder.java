package dev.lockstep.engine.embedded;

import dev.lockstep.engine.Command;
import dev.lockstep.engine.Reply;
import dev.lockstep.engine.SnapshotInput;
import dev.lockstep.engine.SnapshotOutput;
import dev.lockstep.engine.StateMachine;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.locks.LockSupport;
import org.agrona.LangUtil;

/**
 * Adds numbers up, and remembers in which order they came. A negative number is rejected, and one that was planted makes it
 * throw. What is not a number is only counted. From version 2 on each number is added twice.
 */
class Adder implements StateMachine {
    static final int NEGATIVE = 7;

    long total;
    long count;
    long hash;
    /** The command that it cannot apply; zero for none. */
    volatile long poison;
    /** How long it takes for each command. */
    volatile long applyNs;

    private final int version;

    Adder() {
        this(1);
    }

    Adder(int version) {
        this.version = version;
    }

    Adder withPoison(long value) {
        poison = value;
        return this;
    }

    @Override
    public int version() {
        return version;
    }

    /** Of a state machine at rest. */
    String describe() {
        return total + " of " + count + ", " + hash;
    }

    /** What it throws then. */
    volatile Throwable thrown = new IllegalStateException("this is the number that cannot be added");

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
            LangUtil.rethrowUnchecked(thrown);
        }
        if (value < 0) {
            reply.putLong(total).reject(NEGATIVE);
            return;
        }
        if (applyNs > 0) {
            LockSupport.parkNanos(applyNs);
        }
        total += command.version() >= 2 ? 2 * value : value;
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
