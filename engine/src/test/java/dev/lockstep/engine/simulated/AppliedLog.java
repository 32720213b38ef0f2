package dev.lockstep.engine.simulated;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.snapshot.SnapshotManifest;

/** What applies the log in one process of a simulated node: a model, or the engine's own applier. */
interface AppliedLog {
    long appliedIndex();

    /** @return a number that two states share only if they are the same */
    long hash();

    /** What lies behind an index was never to be applied. */
    void rollBack(long index);

    /** The state is that of a snapshot. */
    void install(FrameRef snapshot);

    /** A turn ends: applies what may be, or says what was. */
    void apply(long applicableIndex);

    /** @return whether the state is of the log that is here, and no frame is half applied */
    boolean isWhole();

    /** Keeps a snapshot of the state, unless a newer one is kept. */
    void keep(SnapshotManifest manifest);
}
