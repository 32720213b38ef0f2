package dev.lockstep.engine.embedded;

import dev.lockstep.engine.SnapshotOutput;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** An adder that is never done with its first pieces, while it is told to be slow. */
final class SlowSaver extends Adder {
    private static final long PIECE_NS = 1_000_000;

    /** How often it has begun to save while it was slow. */
    final AtomicInteger begun = new AtomicInteger();

    final AtomicInteger givenUp = new AtomicInteger();
    volatile boolean isSlow;

    @Override
    public void save(SnapshotOutput out) {
        if (isSlow) {
            begun.incrementAndGet();
        }
        try {
            putPieces(out);
        } catch (RuntimeException e) {
            givenUp.incrementAndGet();
            throw e;
        }
        super.save(out);
    }

    private void putPieces(SnapshotOutput out) {
        while (isSlow) {
            out.putByte((byte) 1);
            LockSupport.parkNanos(PIECE_NS);
        }
        out.putByte((byte) 0);
    }

    @Override
    public void load(dev.lockstep.engine.SnapshotInput in) {
        while (in.getByte() == 1) {
            // what it put while it was slow
        }
        super.load(in);
    }
}
