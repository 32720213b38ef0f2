package dev.lockstep.engine.embedded;

import dev.lockstep.engine.SnapshotInput;
import dev.lockstep.engine.SnapshotOutput;
import org.agrona.concurrent.UnsafeBuffer;

/** An adder whose state is long enough for a snapshot of several chunks, or to be damaged somewhere in the middle. */
class LargeAdder extends Adder {
    private final int padding;

    LargeAdder(int padding) {
        this.padding = padding;
    }

    LargeAdder() {
        this(20_000);
    }

    int padding() {
        return padding;
    }

    @Override
    public void save(SnapshotOutput out) {
        super.save(out);
        out.putBytes(new UnsafeBuffer(new byte[padding]), 0, padding);
    }

    @Override
    public void load(SnapshotInput in) {
        super.load(in);
        in.getBytes(new UnsafeBuffer(new byte[padding]), 0, padding);
    }
}
