package dev.lockstep.engine.simulated;

import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.ballot.Marks;

/** The two marks of a node that is simulated. They are in the {@link Memory}, which a killed process leaves behind. */
final class SimulatedMarks implements Marks {
    /** What survives the process, and not the machine. */
    static final class Memory {
        private long promised;
        private long commit;
    }

    private final Memory memory;
    private boolean closed;

    SimulatedMarks(Memory memory) {
        this.memory = memory;
    }

    @Override
    public long promised() {
        check(0);
        return memory.promised;
    }

    @Override
    public void promised(long index) {
        check(index);
        memory.promised = index;
    }

    @Override
    public long commit() {
        check(0);
        return memory.commit;
    }

    @Override
    public void commit(long index) {
        check(index);
        Invariant.check(index >= memory.commit, "the commit index went back", memory.commit, index);
        memory.commit = index;
    }

    private void check(long index) {
        Invariant.check(!closed, "marks are used that were closed");
        Invariant.check(index >= 0, "an index is negative", 0, index);
    }

    @Override
    public void close() {
        closed = true;
    }
}
