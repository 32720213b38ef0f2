package dev.lockstep.engine.embedded;

import dev.lockstep.engine.Command;
import dev.lockstep.engine.Reply;
import dev.lockstep.engine.SnapshotInput;
import java.util.concurrent.atomic.AtomicLong;

/** A large adder that says how it has come to its state. */
final class BroughtAdder extends LargeAdder {
    final AtomicLong loaded = new AtomicLong();
    final AtomicLong applied = new AtomicLong();

    BroughtAdder() {}

    BroughtAdder(int padding) {
        super(padding);
    }

    @Override
    public void load(SnapshotInput in) {
        super.load(in);
        loaded.incrementAndGet();
    }

    @Override
    public void apply(Command command, Reply reply) {
        super.apply(command, reply);
        applied.incrementAndGet();
    }
}
