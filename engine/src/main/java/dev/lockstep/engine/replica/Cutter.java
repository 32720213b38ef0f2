package dev.lockstep.engine.replica;

import dev.lockstep.storage.FrameRef;
import dev.lockstep.storage.Invariant;
import dev.lockstep.storage.frame.Frame;
import dev.lockstep.storage.journal.JournalReader;
import dev.lockstep.storage.orphans.OrphanStore;

/**
 * Takes out of the log what the cluster goes on without. It is moved aside before it is cut, and reported: only a primary
 * that was deposed can have told anybody of it (PROTOCOL F). Owned by the replica's thread.
 */
final class Cutter {
    private final Core core;
    private final OrphanStore orphans;
    private final Told told;
    private final long termAtStart;
    /** What is moved aside before a cut, also before one for which there is no room yet; null if nothing ever was. */
    private Aside aside;

    Cutter(Core core, OrphanStore orphans, Told told) {
        this.core = core;
        this.orphans = orphans;
        this.told = told;
        this.termAtStart = core.promises.term().number();
    }

    /**
     * @param firstIndex the first index of a frame whose term is not the primary's there
     * @return false if there is no room for the note of it now: ask again
     */
    boolean cutFrom(long firstIndex) {
        Invariant.check(isAboveCommit(firstIndex), "a cut at or below the commit", core.commit.index() + 1, firstIndex);
        OrphanReport report = keepAside(firstIndex);
        if (!core.log.cutFrom(firstIndex)) {
            return false;
        }
        core.configs.onCut(firstIndex);
        if (!core.configs.isEmpty()) {
            core.listener.onConfig(core.config());
        }
        told.onCut(firstIndex);
        core.listener.onRolledBack(firstIndex - 1);
        if (report != null) {
            core.listener.onOrphaned(report);
        }
        core.noteConfig(); // last, for there may be no room for it, and all that comes before must have been told
        return true;
    }

    /**
     * Lets the log begin anew.
     *
     * @param last what it begins behind
     * @param firstIndex the first index of what is here, and not known to be in that
     * @return false if there is no room for the note of it now: ask again
     */
    boolean startAfter(FrameRef last, long firstIndex) {
        OrphanReport report = keepAside(firstIndex);
        if (!core.log.startAfter(last)) {
            return false;
        }
        told.onCut(firstIndex);
        if (report != null) {
            core.listener.onOrphaned(report);
        }
        return true;
    }

    private boolean isAboveCommit(long firstIndex) {
        return firstIndex > core.commit.index();
    }

    /** @return what was kept, now or when the same was to be cut before; null if there was nothing */
    private OrphanReport keepAside(long firstIndex) {
        if (firstIndex > core.log.lastIndex()) {
            return null;
        }
        if (aside == null || !aside.isOf(firstIndex, core.log)) {
            orphans.seal(); // what was kept of another cut, which was given up
            aside = new Aside(firstIndex, core.log);
        }
        if (!aside.isWhole()) {
            keepRest(aside);
        }
        return aside.report(told, termAtStart);
    }

    private void keepRest(Aside begun) {
        try (JournalReader reader = core.log.newReader()) {
            while (begun.hasNext()) {
                Frame frame = ReplicaLog.seek(reader, begun.nextIndex());
                orphans.keep(frame); // where there is no room, it is the first that is kept with the next try
                begun.onKept(frame);
            }
        } catch (ReplicaLog.Damaged e) {
            core.remark("what the cluster goes on without cannot be read from index " + e.index() + " on");
        }
        begun.onSealed(orphans.seal());
    }
}
