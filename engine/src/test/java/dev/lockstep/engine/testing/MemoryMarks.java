package dev.lockstep.engine.testing;

import dev.lockstep.storage.ballot.Marks;

/** Keeps the marks of one node. */
public final class MemoryMarks implements Marks {
    private long promised;
    private long commit;

    @Override
    public long promised() {
        return promised;
    }

    @Override
    public void promised(long index) {
        promised = index;
    }

    @Override
    public long commit() {
        return commit;
    }

    @Override
    public void commit(long index) {
        commit = index;
    }

    @Override
    public void commitAfterYielding(long index) {
        commit = index;
    }

    @Override
    public void close() {}
}
