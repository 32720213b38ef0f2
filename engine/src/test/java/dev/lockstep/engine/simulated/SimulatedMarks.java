package dev.lockstep.engine.simulated;

import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.ballot.Marks;

/** The two marks of a node that is simulated. They are in the {@link Memory}, which a killed process leaves behind. */
final class SimulatedMarks implements Marks {
    private static final long NO_BOOT = 0;

    /** What survives the process, and counts only in the boot that it stems from. */
    static final class Memory {
        private long boot = NO_BOOT;
        private long promised;
        private long commit;

        Memory copy() {
            Memory copy = new Memory();
            copy.boot = boot;
            copy.promised = promised;
            copy.commit = commit;
            return copy;
        }

        long promisedIn(long thisBoot) {
            return boot == thisBoot ? promised : 0;
        }

        long commitIn(long thisBoot) {
            return boot == thisBoot ? commit : 0;
        }
    }

    private final Memory memory;
    private final long boot;
    private final Life life;
    private boolean closed;

    /** Opens them; those of another boot are void, and none may be stored until they are bound to this one. */
    SimulatedMarks(Memory memory, long boot, Life life) {
        this.memory = memory;
        this.boot = boot;
        this.life = life;
        if (memory.boot != boot) {
            memory.boot = NO_BOOT;
            memory.promised = 0;
            memory.commit = 0;
        }
    }

    /** @return whether they stem from this start of the machine */
    boolean isSameBoot() {
        return memory.boot == boot;
    }

    /** A start has done what it decided: from here on the marks are this boot's. */
    void rebind(long promised, long commit) {
        check(Math.min(promised, commit));
        memory.promised = promised;
        memory.commit = commit;
        memory.boot = boot;
    }

    @Override
    public long promised() {
        check(0);
        return memory.promised;
    }

    @Override
    public void promised(long index) {
        checkStorable(index);
        memory.promised = index;
    }

    @Override
    public long commit() {
        check(0);
        return memory.commit;
    }

    @Override
    public void commit(long index) {
        checkStorable(index);
        Invariant.check(index >= memory.commit, "the commit index went back", memory.commit, index);
        memory.commit = index;
    }

    @Override
    public void commitAfterYielding(long index) {
        checkStorable(index);
        memory.commit = index;
    }

    private void checkStorable(long index) {
        check(index);
        Invariant.check(isSameBoot(), "marks of another boot stored to before they were bound to this one");
    }

    private void check(long index) {
        life.check();
        Invariant.check(!closed, "marks are used that were closed");
        Invariant.check(index >= 0, "an index is negative", 0, index);
    }

    @Override
    public void close() {
        closed = true;
    }
}
