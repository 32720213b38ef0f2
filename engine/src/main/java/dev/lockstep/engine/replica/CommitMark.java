package dev.lockstep.engine.replica;

import dev.lockstep.storage.ballot.Marks;

/** How far the log is known to be committed; never back within a boot (safety 10). Owned by the replica's thread. */
final class CommitMark {
    private final Marks marks;
    private final ReplicaListener listener;
    private long index;

    CommitMark(Marks marks, ReplicaListener listener) {
        this.marks = marks;
        this.listener = listener;
        this.index = marks.commit();
    }

    long index() {
        return index;
    }

    /** @return whether that is news */
    boolean advanceTo(long committed) {
        if (committed <= index) {
            return false;
        }
        marks.commit(committed);
        index = committed;
        listener.onCommitted(committed);
        return true;
    }

    /**
     * Only for a node that yields to another epoch, or founds one on the log that is left to it: what lies beyond the fork
     * was never committed there.
     */
    void yieldTo(long fork) {
        if (fork < index) {
            marks.commitAfterYielding(fork);
            index = fork;
        }
    }

    /** Stored before the acknowledgement leaves. */
    void promise(long held) {
        if (held > marks.promised()) {
            marks.promised(held);
        }
    }
}
