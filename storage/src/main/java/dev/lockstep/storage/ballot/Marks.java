package dev.lockstep.storage.ballot;

import dev.lockstep.storage.Invariant;

/**
 * Two indexes that a node must find again after its process was killed: how far it has promised to hold the log, and
 * how far it knows the log to be committed. They survive the process, not the machine. Owned by one thread.
 *
 * <p>No method blocks or allocates. Used after {@link #close}, or with a negative index, they throw
 * {@link Invariant.Violation}.
 */
public interface Marks extends AutoCloseable {
    /** @return the index up to which the node has promised to hold the log */
    long promised();

    /**
     * Notes a promise; stored before the acknowledgement leaves. It may be lowered, and is, before a cut.
     *
     * @param index the index promised; survives a kill from here on
     */
    void promised(long index);

    /** @return the index up to which the log is known to be committed */
    long commit();

    /**
     * Notes the commit index.
     *
     * @param index the index committed, never before the one noted; survives a kill from here on
     * @throws Invariant.Violation if it would go back
     */
    void commit(long index);

    /**
     * Notes a commit index that may be lower than the one noted: only for a node that yields to another epoch, or founds one
     * on a log that has lost something (PROTOCOL H): nothing else may take commits back.
     *
     * @param index the index that the two epochs have in common, or a lower one; survives a kill from here on
     */
    void commitAfterYielding(long index);

    /** Lets go of the marks; their values stay. Does nothing the second time. */
    @Override
    void close();
}
