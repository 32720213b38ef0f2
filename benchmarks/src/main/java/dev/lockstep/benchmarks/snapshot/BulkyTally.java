package dev.lockstep.benchmarks.snapshot;

import dev.lockstep.benchmarks.engine.Tally;
import dev.lockstep.engine.Command;
import dev.lockstep.engine.Reply;
import dev.lockstep.engine.SnapshotInput;
import dev.lockstep.engine.SnapshotOutput;
import dev.lockstep.engine.StateMachine;
import dev.lockstep.storage.Invariant;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A tally with a state of a given size beside it, which is saved and loaded piece by piece, and checked. It is one block of
 * memory, so many times over: large enough to go through the memory, and three nodes of it fit a small machine.
 */
final class BulkyTally implements StateMachine {
    static final long GB = 1_000_000_000;
    /** It has its size from so many commands on; before it is small, so that a first snapshot takes no time. */
    static final int GROWN_FROM = 150_000;

    private static final int BLOCK_BYTES = 32 << 20;
    private static final int PIECE_BYTES = 64 << 10;

    private final Tally tally = new Tally();
    private final UnsafeBuffer block = new UnsafeBuffer(new byte[BLOCK_BYTES]);
    private final UnsafeBuffer piece = new UnsafeBuffer(new byte[PIECE_BYTES]);
    private final UnsafeBuffer expected = new UnsafeBuffer(0, 0);
    private final long bytes;

    BulkyTally(long bytes) {
        this.bytes = bytes;
        byte[] random = new byte[BLOCK_BYTES];
        new Random(2).nextBytes(random);
        block.putBytes(0, random);
    }

    @Override
    public void apply(Command command, Reply reply) {
        tally.apply(command, reply);
    }

    @Override
    public void save(SnapshotOutput out) {
        tally.save(out);
        long size = tally.count() >= GROWN_FROM ? bytes : 0;
        out.putLong(size);
        for (long done = 0; done < size; done += PIECE_BYTES) {
            out.putBytes(block, (int) (done % BLOCK_BYTES), (int) Math.min(PIECE_BYTES, size - done));
        }
    }

    @Override
    public void load(SnapshotInput in) {
        tally.load(in);
        long size = in.getLong();
        for (long done = 0; done < size; done += PIECE_BYTES) {
            int length = (int) Math.min(PIECE_BYTES, size - done);
            in.getBytes(piece, 0, length);
            expected.wrap(block, (int) (done % BLOCK_BYTES), PIECE_BYTES);
            Invariant.check(
                    length < PIECE_BYTES || piece.compareTo(expected) == 0, "a state that is not what was saved");
        }
    }
}
